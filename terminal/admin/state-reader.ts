/**
 * Reads states of an actor for a page on which somebody moves along its events. The server makes one at a time
 * for each user, so the newest wish gives up the one before; what was read once is kept, for the past does not
 * change.
 */

export type LoadState = (
  seq: number | null,
  signal: AbortSignal,
) => Promise<{ readonly seq: number; readonly state: unknown }>;

export interface StateRead {
  /** What was wished for. */
  readonly asked: number | null;
  readonly seq: number;
  readonly state: unknown;
  /** After the event before; undefined where there is none, or nothing was chosen. */
  readonly before: unknown;
}

/** Of a slider that is drawn, only where it rests is asked for. */
const restMs = 150;
/** States may be large. */
const keptMax = 30;

export class StateReader {
  readonly #load: LoadState;
  readonly #pause: (ms: number) => Promise<void>;
  readonly #kept = new Map<number, unknown>();
  #reading: AbortController | null = null;
  /** The one that was given up must have ended, or the server is busy with it. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(load: LoadState, pause: (ms: number) => Promise<void> = rest) {
    this.#load = load;
    this.#pause = pause;
  }

  /** null: as it is now, without the one before. Resolves with null when another wish has come. */
  read(seq: number | null): Promise<StateRead | null> {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    const { signal } = reading;
    const before = this.#last;
    const read = (async (): Promise<StateRead | null> => {
      await Promise.all([this.#pause(restMs), before.catch(() => undefined)]);
      if (signal.aborted) return null;
      try {
        const now = seq === null ? await this.#load(null, signal) : { seq, state: await this.#at(seq, signal) };
        const earlier = seq === null || seq === 0 ? undefined : await this.#at(seq - 1, signal);
        return signal.aborted ? null : { asked: seq, ...now, before: earlier };
      } catch (error) {
        if (signal.aborted) return null;
        throw error;
      }
    })();
    this.#last = read;
    return read;
  }

  stop(): void {
    this.#reading?.abort();
  }

  async #at(seq: number, signal: AbortSignal): Promise<unknown> {
    if (this.#kept.has(seq)) return this.#kept.get(seq);
    const { state } = await this.#load(seq, signal);
    this.#kept.set(seq, state);
    if (this.#kept.size > keptMax) this.#kept.delete(this.#kept.keys().next().value ?? seq);
    return state;
  }
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
