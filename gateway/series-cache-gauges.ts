/** What this node keeps of the bars that its backtests read, as Prometheus sees it. */

import { Gauge } from 'prom-client';
import type { SeriesCacheFigures } from '#ports';

export const seriesCacheGauges = (figures: () => SeriesCacheFigures): readonly Gauge[] => {
  const ofFigures = [
    ['series_cache_hits_total', 'Series of bars that were read from the disk', 'hits'],
    ['series_cache_misses_total', 'Series of bars that were read from ClickHouse', 'misses'],
    ['series_cache_entries', 'Series on the disk', 'entries'],
    ['series_cache_bytes', 'Bytes of the series on the disk', 'bytes'],
    ['series_cache_bytes_max', 'Bytes that series on the disk may have', 'bytesMax'],
  ] as const;
  return ofFigures.map(
    ([name, help, field]): Gauge =>
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(figures()[field]);
        },
      }),
  );
};
