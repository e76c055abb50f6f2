import { expect, test } from 'vitest';
import { startTestGateway } from './testing/test-gateway.ts';

test('what is kept of series is in /metrics as it is when it is asked for, and where nothing is kept, nothing is', async () => {
  let hits = 2;
  const figures = () => ({ hits, misses: 3, entries: 4, bytes: 5_000, bytesMax: 6_000 });
  const gateway = await startTestGateway({ parts: { seriesCache: figures } });
  const metrics = async () => (await gateway.app.inject('/metrics')).body;
  expect(await metrics()).toContain('series_cache_hits_total 2\n');
  hits = 7;
  const body = await metrics();
  for (const line of ['hits_total 7', 'misses_total 3', 'entries 4', 'bytes 5000', 'bytes_max 6000'])
    expect(body).toContain(`series_cache_${line}\n`);

  const without = await startTestGateway();
  expect((await without.app.inject('/metrics')).body).not.toContain('series_cache');
});
