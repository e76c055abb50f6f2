/** When a lease ends, as its holder counts it. */

/**
 * Until when a lease lasts, counted here and from before it was asked for, so that it ends here before it ends in
 * the database. By two clocks: the one that nobody sets stands still while a machine sleeps.
 */
export class Deadline {
  private readonly leaseMs: number;
  private until = over;

  constructor(leaseMs: number) {
    this.leaseMs = leaseMs;
  }

  reading(): Reading {
    return { steadyMs: performance.now(), wallMs: Date.now() };
  }

  renewedAt({ steadyMs, wallMs }: Reading): void {
    this.until = { steadyMs: steadyMs + this.leaseMs, wallMs: wallMs + this.leaseMs };
  }

  isPast(): boolean {
    return performance.now() >= this.until.steadyMs || Date.now() >= this.until.wallMs;
  }

  end(): void {
    this.until = over;
  }
}

interface Reading {
  readonly steadyMs: number;
  readonly wallMs: number;
}

const over: Reading = { steadyMs: -Infinity, wallMs: -Infinity };
