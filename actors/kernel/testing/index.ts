/** The door for tests of actors and of adapters: a clock to move, a journal to disturb, given/when/then. */

export { given } from './given.ts';
export { journalContract } from './journal-contract.ts';
export type { JournalUnderTest } from './journal-contract.ts';
export { MemoryJournal } from './memory-journal.ts';
export { startTestSystem } from './test-system.ts';
export { taskContext } from './task-context.ts';
export { VirtualClock } from './virtual-clock.ts';
export { Rebuild, snapshotOf } from '../rebuild.ts';
