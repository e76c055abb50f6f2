/** Stories of imports. */

import { importKind } from '#actors';
import type { RecordImport } from '#actors';
import type { Importer } from '#ports';
import { minuteMs } from './story.ts';
import type { Story } from './story.ts';

const record: RecordImport = {
  type: 'RecordImport',
  owner: 'ada',
  symbol: 'GOOG',
  interval: null,
  fileName: 'GOOG.csv',
  bytes: 1_000,
  skipBad: true,
};
const rejectedRows = [{ line: 7, reason: 'The high is below the low.' }];
const read: Importer['run'] = () =>
  Promise.resolve({
    ok: true,
    interval: '1d',
    rows: 250,
    rejected: 1,
    rejectedRows,
    notes: ['Times are taken for UTC.'],
    tick: '0.01',
    lot: '1',
    currency: 'USD',
  });

export const completedImport: Story = {
  name: 'import-completed',
  kind: importKind,
  id: 'a'.repeat(32),
  importing: [() => Promise.reject(new Error('The store is away.')), read],
  async play({ tell, until, wait }) {
    const address = { kind: 'import', id: 'a'.repeat(32) };
    await tell(importKind, address.id, record);
    await until(address, 'ImportWaits');
    wait(minuteMs);
    await until(address, 'ContentGone');
    await tell(importKind, address.id, record);
    await until(address, 'ContentGone', 2);
  },
};

export const failedImport: Story = {
  name: 'import-failed',
  kind: importKind,
  id: 'b'.repeat(32),
  importing: [() => Promise.resolve({ ok: false, reason: 'No row is a bar.', rejectedRows }), read],
  async play({ tell, until }) {
    const address = { kind: 'import', id: 'b'.repeat(32) };
    await tell(importKind, address.id, record);
    await until(address, 'ContentGone');
    await tell(importKind, address.id, record);
    await until(address, 'ContentGone', 2);
  },
};
