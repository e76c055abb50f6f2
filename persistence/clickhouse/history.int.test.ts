import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openEmbeddedClickHouse } from './embedded-engine.ts';
import { historyContract } from './history-contract.ts';
import { openHistory } from './history.ts';

describe('history in the embedded engine', () => {
  historyContract(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xtrading-history-'));
    const clickHouse = await openEmbeddedClickHouse({ dataFolder: folder, memoryBytesMax: 1024 ** 3 });
    return {
      history: openHistory(clickHouse),
      async close() {
        await clickHouse.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  });
});
