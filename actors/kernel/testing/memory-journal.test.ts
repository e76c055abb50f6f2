/** The journal in memory keeps the contract that it stands in for. */

import { journalContract } from './journal-contract.ts';
import type { JournalUnderTest } from './journal-contract.ts';
import { MemoryJournal } from './memory-journal.ts';

const underTest = (journal: MemoryJournal): JournalUnderTest => ({
  journal,
  reopen: async () => underTest(journal),
  takeShard: async (shard) => {
    journal.fence(shard);
  },
  close: async () => {},
});

journalContract('in memory', async () => underTest(new MemoryJournal()));
