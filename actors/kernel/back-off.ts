/** How long to wait before trying again: twice as long each time, up to a limit, and never all at the same moment. */

export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** `failures` from 1; `chance` in [0, 1) takes up to half off, so that those who failed together come back apart. */
export const backOffMs = ({ firstMs, maxMs }: BackOff, failures: number, chance: number): number =>
  Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30)) * (1 - chance / 2);
