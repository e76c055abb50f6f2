/** Reads a command's arguments by a declaration that also writes its `--help`. */

import { parseArgs } from 'node:util';
import { nearest } from '#domain';
import { UsageError } from './usage-error.ts';

export interface OptionDeclaration {
  /** `FILE`, `N`, `NAME=VALUE`, …; absent: a switch. */
  readonly value?: string;
  readonly repeat?: boolean;
  readonly short?: string;
  readonly help: string;
  /** Heading under which `--help` lists it. */
  readonly group: string;
}

export interface CommandDeclaration {
  readonly name: string;
  /** `backtest STRATEGY --data FILE [options]` */
  readonly usage: readonly string[];
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionDeclaration>>;
  /** Command lines to learn from, each with what it does. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Further paragraphs of help. */
  readonly notes?: readonly string[];
}

/** Options given, by name. A repeated option is a list in the order given. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

  constructor(positionals: readonly string[], values: Arguments['all']) {
    this.positionals = positionals;
    this.#values = values;
  }

  get all(): Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>> {
    return this.#values;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  }

  number(
    name: string,
    { min = -Infinity, max = Infinity, whole = false }: { min?: number; max?: number; whole?: boolean } = {},
  ): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = text.trim() === '' ? NaN : Number(text.replace(/_/g, ''));
    if (Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
    const range =
      min > -Infinity && max < Infinity ? ` from ${min} to ${max}` : min > -Infinity ? ` of at least ${min}` : '';
    throw new UsageError(
      'option-value',
      `--${name} ${text} is not a ${whole ? 'whole ' : ''}number${range}.`,
      `Write for example --${name} ${exampleOf(text, { min, max, whole })}.`,
    );
  }
}

/** What was probably meant: `10k` is 10000, `0.1%` is 0.001, `1,000` is 1000, `0,5` is 0.5; else any number in range. */
const exampleOf = (text: string, { min, max, whole }: { min: number; max: number; whole: boolean }): number => {
  const [, digits = '', unit = ''] = /^[^\d.-]*(-?[\d.,_ ]*\d)\s*(k|m|%)?[^\d]*$/i.exec(text) ?? [];
  const scale = { k: 1000, m: 1_000_000, '%': 0.01 }[unit.toLowerCase()] ?? 1;
  const meant =
    digits === ''
      ? NaN
      : Number((Number(digits.replace(/[_ ]|,(?=\d{3}(?!\d))/g, '').replace(',', '.')) * scale).toPrecision(12));
  if (meant >= min && meant <= max && (!whole || Number.isInteger(meant))) return meant;
  return whole ? Math.max(1, min) : Math.max(0.5, min);
};

/** Throws {@link UsageError} for an unknown option or a missing value, with the nearest known one. */
export const readArguments = (command: CommandDeclaration, given: readonly string[]): Arguments => {
  const known = {
    ...command.options,
    help: { help: '', group: '', short: 'h' } satisfies OptionDeclaration as OptionDeclaration,
  };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value, repeat, short }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: repeat === true,
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: joinNegativeValues(given, known),
      options,
      allowPositionals: true,
      strict: true,
    });
    return new Arguments(positionals, values);
  } catch (error) {
    throw explained(command, known, error);
  }
};

/** `--from -5` would be read as an option without a value; the value belongs to the option before it. */
const joinNegativeValues = (given: readonly string[], known: Readonly<Record<string, OptionDeclaration>>): string[] => {
  const joined: string[] = [];
  for (const argument of given) {
    const before = joined.at(-1);
    const option = before?.startsWith('--') === true && !before.includes('=') ? known[before.slice(2)] : undefined;
    if (option?.value !== undefined && /^-[\d.]/.test(argument)) joined[joined.length - 1] = `${before}=${argument}`;
    else joined.push(argument);
  }
  return joined;
};

const explained = (
  command: CommandDeclaration,
  known: Readonly<Record<string, OptionDeclaration>>,
  error: unknown,
): UsageError => {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /Unknown option '(-{1,2}[^']+)'/.exec(message)?.[1];
  const more = `See xtrading ${command.name} --help.`;
  if (unknown !== undefined) {
    const suggestion = nearest(unknown.replace(/^-+/, ''), Object.keys(known)).replace(/"(.+?)"/, '--$1');
    return new UsageError('option-unknown', `There is no option ${unknown}.`, `${suggestion}${more}`, { cause: error });
  }
  const needy = /Option '(?:-\w, )?--([\w-]+)(?: <value>)?' argument (?:missing|is ambiguous)/.exec(message)?.[1];
  if (needy !== undefined)
    return new UsageError(
      'option-value',
      `--${needy} needs a value.`,
      `Write --${needy} ${known[needy]?.value ?? 'VALUE'}. ${more}`,
      { cause: error },
    );
  const sober = /Option '(?:-\w, )?--([\w-]+)' does not take an argument/.exec(message)?.[1];
  if (sober !== undefined)
    return new UsageError('option-value', `--${sober} takes no value.`, `Write --${sober} alone. ${more}`, {
      cause: error,
    });
  return new UsageError('option-value', message.split('. ')[0] ?? message, more, { cause: error });
};

/** The text of `xtrading COMMAND --help`. */
export const helpFor = (command: CommandDeclaration, width = 100): string => {
  const lines = [command.summary, '', 'Usage:'];
  for (const usage of command.usage) lines.push(`  xtrading ${usage}`);
  const groups = new Map<string, string[]>();
  const entries = Object.entries(command.options);
  const label = ([name, { value, short }]: readonly [string, OptionDeclaration]): string =>
    `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
  const column = Math.min(30, Math.max(...entries.map((entry) => label(entry).length)) + 4);
  for (const entry of entries) {
    const [, { group, help, repeat }] = entry;
    const rows = groups.get(group) ?? [];
    groups.set(group, rows);
    const text = wrap(`${help}${repeat === true ? ' May be repeated.' : ''}`, width - column);
    const head = `  ${label(entry)}`;
    if (head.length >= column - 1) rows.push(head, ...text.map((line) => ' '.repeat(column) + line));
    else rows.push(head.padEnd(column) + (text[0] ?? ''), ...text.slice(1).map((line) => ' '.repeat(column) + line));
  }
  for (const [group, rows] of groups) lines.push('', `${group}:`, ...rows);
  if (command.examples.length > 0) {
    lines.push('', 'Examples:');
    for (const [example, meaning] of command.examples) lines.push(`  ${example}`, `      ${meaning}`);
  }
  for (const note of command.notes ?? []) lines.push('', ...wrap(note, width));
  return lines.join('\n');
};

const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};
