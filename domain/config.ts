/** Readers for settings and files that people write: a value of the wrong kind is refused by the name of its field. */

/** What is wrong with a setting. `path` names the field (`tape[3].size`), `remedy` says what to write instead. */
export class ConfigMistake extends Error {
  override readonly name = 'ConfigMistake';
  readonly code = 'config-invalid';
  readonly path: string;
  readonly remedy: string;

  constructor(path: string, problem: string, remedy: string) {
    super(`${path}: ${problem}`);
    this.path = path;
    this.remedy = remedy;
  }
}

/** Limits of a number; bounds are inclusive unless `above` or `below` is used. */
export interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
  readonly whole?: boolean;
}

/** The fields of one object, read one by one. `null` counts as absent. */
export class Fields {
  readonly path: string;
  readonly #values: Readonly<Record<string, unknown>>;

  /** Throws ConfigMistake when `value` is no object, or has a field that is not in `known`. */
  constructor(value: unknown, path: string, known: readonly string[]) {
    this.path = path;
    if (!isRecord(value)) {
      throw new ConfigMistake(
        path || 'settings',
        `expected an object, got ${shown(value)}.`,
        `Write an object with the fields ${known.join(', ')}.`,
      );
    }
    for (const name of Object.keys(value)) {
      if (!known.includes(name)) {
        throw new ConfigMistake(this.at(name), 'there is no such field.', `The fields are ${known.join(', ')}.`);
      }
    }
    this.#values = value;
  }

  /** The path of a field, for messages. */
  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  /** The value as it stands; `undefined` when absent or null. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? (this.#values[name] ?? undefined) : undefined;
  }

  number<T extends number | null>(name: string, fallback: T, limits: NumberLimits = {}): number | T {
    const value = this.raw(name);
    return value === undefined ? fallback : readNumber(value, this.at(name), limits);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    if (typeof value !== 'boolean')
      throw new ConfigMistake(this.at(name), `expected true or false, got ${shown(value)}.`, 'Write true or false.');
    return value;
  }

  text<T extends string | null>(name: string, fallback: T): string | T {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    if (typeof value !== 'string')
      throw new ConfigMistake(this.at(name), `expected text, got ${shown(value)}.`, 'Write it in quotes.');
    return value;
  }

  choice<C extends string, T extends C | null>(name: string, choices: readonly C[], fallback: T): C | T {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    const found = choices.find((choice) => choice === value);
    if (found === undefined)
      throw new ConfigMistake(
        this.at(name),
        `${shown(value)} is not one of the choices.`,
        `Write one of ${choices.join(', ')}.`,
      );
    return found;
  }
}

/** A finite number within limits, or a ConfigMistake at `path`. */
export const readNumber = (value: unknown, path: string, limits: NumberLimits = {}): number => {
  const wanted = describe(limits);
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new ConfigMistake(path, `expected a number, got ${shown(value)}.`, `Write ${wanted}.`);
  }
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity, whole = false } = limits;
  if (value < min || value > max || value <= above || value >= below || (whole && !Number.isInteger(value))) {
    throw new ConfigMistake(path, `${value} is out of range.`, `Write ${wanted}.`);
  }
  return value;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const describe = ({ min, max, above, below, whole }: NumberLimits): string => {
  const bounds = [
    above === undefined ? null : `greater than ${above}`,
    min === undefined ? null : `at least ${min}`,
    below === undefined ? null : `less than ${below}`,
    max === undefined ? null : `at most ${max}`,
  ].filter((bound) => bound !== null);
  return `a ${whole === true ? 'whole ' : ''}number${bounds.length > 0 ? ` ${bounds.join(' and ')}` : ''}`;
};

/** Longer values are cut: a message is read by people. */
const shownCharactersMax = 60;

const shown = (value: unknown): string => {
  const text =
    typeof value === 'string'
      ? `"${value}"`
      : Array.isArray(value)
        ? 'a list'
        : typeof value === 'object' && value !== null
          ? 'an object'
          : String(value);
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;
};
