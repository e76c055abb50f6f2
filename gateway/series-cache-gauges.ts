/** What this node keeps of the bars that its backtests read, as Prometheus sees it. */

import type { Gauge } from 'prom-client';
import type { SeriesCacheFigures } from '#ports';
import { gaugeOf } from './gauge.ts';

export const seriesCacheGauges = (figures: () => SeriesCacheFigures): readonly Gauge[] => [
  gaugeOf('series_cache_hits_total', 'Series of bars that were read from the disk', () => figures().hits),
  gaugeOf('series_cache_misses_total', 'Series of bars that were read from ClickHouse', () => figures().misses),
  gaugeOf('series_cache_entries', 'Series on the disk', () => figures().entries),
  gaugeOf('series_cache_bytes', 'Bytes of the series on the disk', () => figures().bytes),
  gaugeOf('series_cache_bytes_max', 'Bytes that series on the disk may have', () => figures().bytesMax),
];
