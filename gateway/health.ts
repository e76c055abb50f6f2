/** Whether the node lives, and whether what it needs is there. */

import type { Clock } from '#actors';

/** Something that the node needs. */
export interface Probe {
  readonly name: string;
  /** Resolves when it is there; the signal ends the attempt. */
  readonly check: (signal: AbortSignal) => Promise<void>;
  /**
   * By default true. False: the node takes requests without it. What all nodes lose together must not have a
   * balancer send nothing to any of them.
   */
  readonly isCritical?: boolean;
}

/** Longer means away: a load balancer asks every few seconds. */
const probeTimeoutMs = 2_000;
/** Answers are shared for that long, so that asking often costs nothing. */
const rememberedMs = 1_000;

export interface ServiceHealth {
  readonly status: 'healthy' | 'unhealthy';
  readonly latencyMs: number;
  /** Why not. */
  readonly reason: string | null;
}

export interface HealthReport {
  /** degraded: it takes requests, and lacks something that is not critical. */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly timestamp: string;
  readonly services: Readonly<Record<string, ServiceHealth>>;
}

export class Health {
  readonly #probes: readonly Probe[];
  readonly #clock: Clock;
  #report: { readonly at: number; readonly report: Promise<HealthReport> } | null = null;
  #isDraining = false;

  constructor(probes: readonly Probe[], clock: Clock) {
    this.#probes = probes;
    this.#clock = clock;
  }

  /** From now on the node is not ready: balancers send nothing more. */
  drain(): void {
    this.#isDraining = true;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  async report(): Promise<HealthReport> {
    const now = this.#clock.now();
    if (this.#report === null || now - this.#report.at >= rememberedMs) {
      this.#report = { at: now, report: this.#ask(now) };
    }
    return await this.#report.report;
  }

  async #ask(now: number): Promise<HealthReport> {
    const asked = await Promise.all(
      this.#probes.map(async (probe) => ({ probe, health: await healthOf(probe) }) as const),
    );
    const away = asked.filter(({ health }) => health.status === 'unhealthy');
    const isUnready = this.#isDraining || away.some(({ probe }) => probe.isCritical !== false);
    return {
      status: isUnready ? 'unhealthy' : away.length > 0 ? 'degraded' : 'healthy',
      timestamp: new Date(now).toISOString(),
      services: Object.fromEntries(asked.map(({ probe, health }) => [probe.name, health])),
    };
  }
}

const healthOf = async (probe: Probe): Promise<ServiceHealth> => {
  const begun = performance.now();
  const signal = AbortSignal.timeout(probeTimeoutMs);
  const tooLong = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`No answer in ${probeTimeoutMs} ms.`)), { once: true });
  });
  const reason = await Promise.race([probe.check(signal), tooLong]).then(
    () => null,
    // Why it is away is what is asked for; the message may name hosts, but not secrets.
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const latencyMs = Math.round((performance.now() - begun) * 10) / 10;
  return { status: reason === null ? 'healthy' : 'unhealthy', latencyMs, reason };
};
