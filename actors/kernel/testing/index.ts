/** The door for tests of actors and of adapters: a clock to move, a journal to disturb, given/when/then. */

export { given } from './given.ts';
export { MemoryJournal } from './memory-journal.ts';
export { VirtualClock } from './virtual-clock.ts';
