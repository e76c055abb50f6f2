/** Time as a port, so that tests move it. */

export interface Clock {
  /** Milliseconds UTC. */
  now(): number;
  /** Calls once, at or after that time; the returned function takes it back. */
  at(timeMs: number, call: () => void): () => void;
}
