/** The door for tests of actors and of adapters: a clock to move, a journal to disturb, given/when/then. */

export { failureOf } from './failure-of.ts';
export { given } from './given.ts';
export { journalContract } from './journal-contract.ts';
export type { JournalUnderTest } from './journal-contract.ts';
export { MemoryJournal } from './memory-journal.ts';
export { nodeOf } from './node-of.ts';
export { scriptedService } from './scripted-service.ts';
export type { Script, ScriptedService } from './scripted-service.ts';
export { startTestSystem } from './test-system.ts';
export { taskContext } from './task-context.ts';
export { VirtualClock } from './virtual-clock.ts';
export { Rebuild, snapshotOf } from '../rebuild.ts';
