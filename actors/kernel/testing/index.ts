/** The door for tests of actors and of adapters: a clock to move and given/when/then. */

export { given } from './given.ts';
export { VirtualClock } from './virtual-clock.ts';
