/**
 * What leaves of the inner parts of an actor (states, events, commands, texts of failures): plain JSON without
 * secrets. Everything that shows such a part to anybody goes through here.
 */

import type { AnyKind } from '#actors';
import { ProblemError } from './errors.ts';

/** In the place of a secret. */
export const hidden = '[hidden]';

/** Of one state, event or command, as JSON: what a page can still show, and made in a fraction of a second. */
export const shownCharactersMax = 8 * 1024 * 1024;

/** Around each value: quotes, colon, comma. */
const characterOverhead = 4;

export class Redaction {
  readonly #secrets: ReadonlySet<string>;
  readonly #hidesAll: boolean;

  /** null: a kind that this version does not have, so that nobody knows what of it is secret. */
  constructor(kind: Pick<AnyKind, 'secrets'> | null) {
    this.#secrets = new Set(kind?.secrets);
    this.#hidesAll = kind === null;
  }

  get #mayHide(): boolean {
    return this.#hidesAll || this.#secrets.size > 0;
  }

  /** A copy as it can be sent. Throws a {@link ProblemError} where it would be larger than {@link shownCharactersMax}. */
  value(value: unknown): unknown {
    return this.#hidesAll ? hidden : this.#copy(value, { charactersLeft: shownCharactersMax });
  }

  /** The same of JSON; what is none is shown as the text that it is, unless there may be secrets in it. */
  json(text: string): unknown {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.#mayHide ? hidden : text;
    }
    return this.value(value);
  }

  /** The message of a failure, or its stack: messages may cite what could not be read. */
  text(text: string): string {
    if (!this.#mayHide) return text;
    return text
      .replaceAll(citedJson, ', … is not valid JSON')
      .replaceAll(passwordHash, hidden)
      .replaceAll(longRun, hidden);
  }

  #copy(value: unknown, budget: { charactersLeft: number }): unknown {
    budget.charactersLeft -= characterOverhead + (typeof value === 'string' ? value.length : 0);
    if (budget.charactersLeft < 0) throw new ProblemError('state-too-large');
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((one) => this.#copy(one, budget));
    // Actors without a journal may hold what JSON has not.
    if (value instanceof Set) return [...value].map((one) => this.#copy(one, budget));
    const entries: Iterable<readonly [unknown, unknown]> = value instanceof Map ? value : Object.entries(value);
    const copy: [string, unknown][] = [];
    for (const [key, one] of entries) {
      const name = String(key);
      budget.charactersLeft -= name.length;
      // That there is none is no secret.
      copy.push([name, this.#secrets.has(name) && one !== null ? hidden : this.#copy(one, budget)]);
    }
    return Object.fromEntries(copy);
  }
}

/** `Unexpected token 'x', ..."{"a":x"... is not valid JSON`, as the engine writes it. */
const citedJson = /, (?:\.\.\.)?".*?"(?:\.\.\.)? is not valid JSON/gs;
/** `$argon2id$v=19$m=…$salt$hash`, or what is left of it. */
const passwordHash = /\$argon2\w*[$\w=,+/]*/g;
/** As long as a hash or a token is, and no word is: hex or base64url. */
const longRun = /[\w-]{32,}/g;
