import { describe, expect, it } from 'vitest';
import { helpFor, readArguments } from './arguments.ts';
import type { CommandDeclaration } from './arguments.ts';
import { UsageError } from './usage-error.ts';

const command: CommandDeclaration = {
  name: 'try',
  usage: ['try FILE'],
  summary: 'Tries.',
  options: {
    data: { value: 'FILE', repeat: true, short: 'd', group: 'Data', help: 'A file.' },
    cash: { value: 'N', group: 'Rules', help: 'Money.' },
    json: { group: 'Output', help: 'As JSON.' },
  },
  examples: [['xtrading try a.csv', 'one try']],
};

describe('readArguments', () => {
  it('reads options, repeated options, switches and words', () => {
    const given = readArguments(command, ['a.ts', '--data', 'x.csv', '-d', 'y.csv', '--cash=50_000', '--json']);
    expect(given.positionals).toEqual(['a.ts']);
    expect(given.list('data')).toEqual(['x.csv', 'y.csv']);
    expect(given.number('cash')).toBe(50_000);
    expect(given.flag('json')).toBe(true);
    expect(given.text('missing')).toBeUndefined();
  });

  it('suggests the option that was meant', () => {
    expect(() => readArguments(command, ['--dta', 'x.csv'])).toThrow(
      expect.objectContaining({ code: 'option-unknown', remedy: expect.stringContaining('--data') }),
    );
  });

  it('names an option that lacks its value, and one that has one too many', () => {
    expect(() => readArguments(command, ['--cash'])).toThrow(/--cash needs a value/);
    expect(() => readArguments(command, ['--json=yes'])).toThrow(/--json takes no value/);
  });

  it('takes a negative number as the value of the option before it', () => {
    expect(readArguments(command, ['--cash', '-5']).number('cash')).toBe(-5);
  });

  it.each(['abc', '', '1e999', 'NaN', '12,5'])('refuses %o as a number', (text) => {
    expect(() => readArguments(command, [`--cash=${text}`]).number('cash')).toThrow(UsageError);
  });

  it.each([
    ['10k', 10_000],
    ['0.1%', 0.001],
    ['$1,000', 1000],
    ['12,5', 12.5],
    ['abc', 0.5],
  ])('refuses %s as a number and shows how %f is written', (text, meant) => {
    expect(() => readArguments(command, [`--cash=${text}`]).number('cash')).toThrow(
      expect.objectContaining({ remedy: `Write for example --cash ${meant}.` }),
    );
  });

  it('refuses numbers outside their range and says the range', () => {
    expect(() => readArguments(command, ['--cash', '0']).number('cash', { min: 1 })).toThrow(/at least 1/);
    expect(() => readArguments(command, ['--cash', '1.5']).number('cash', { whole: true })).toThrow(/whole number/);
  });
});

it('writes help with every option, its value and an example, no line wider than asked', () => {
  const text = helpFor(command, 60);
  for (const part of ['-d, --data FILE', 'May be repeated.', '--json', 'xtrading try a.csv', 'one try'])
    expect(text).toContain(part);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
});
