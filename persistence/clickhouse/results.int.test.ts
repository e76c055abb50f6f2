import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openEmbeddedClickHouse } from './embedded-engine.ts';
import { resultsContract } from './results-contract.ts';
import { openResults } from './results.ts';

describe('results in the embedded engine', () => {
  resultsContract(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xtrading-results-'));
    const clickHouse = await openEmbeddedClickHouse({ dataFolder: folder, memoryBytesMax: 1024 ** 3 });
    return {
      results: openResults(clickHouse),
      async close() {
        await clickHouse.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  });
});
