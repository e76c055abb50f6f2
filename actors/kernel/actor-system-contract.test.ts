/** A system in one process, held to what callers rely on. */

import { actorSystemContract } from './testing/actor-system-contract.ts';
import { startTestSystem } from './testing/test-system.ts';

actorSystemContract('actors in one process', (options) => {
  const { system, clock, untilReported } = startTestSystem(options);
  return {
    system,
    advance: (ms) => {
      clock.advance(ms);
    },
    untilReported,
  };
});
