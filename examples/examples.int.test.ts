/** Every example does what its README says, and comes to what it has recorded. */

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { commandsOf, headOf, indexText, outcomeText, recordedPart } from './read-me.ts';
import { exampleNames, pathOf, readExpected, readReadMe, runCommands } from './run-example.ts';

const root = join(import.meta.dirname, '..');

/** Orders that may be rejected: a few are part of trading, many mean a strategy that does not fit its data. */
const rejectedShareMax = 0.05;
/** Fewer trades than this show nothing. */
const tradesMin = 25;

describe.each(exampleNames)('the example %s', (name) => {
  test('comes to exactly what it has recorded, by the commands of its README', async () => {
    const { commands, outcome } = readExpected(name);
    expect(commandsOf(readReadMe(name))).toEqual(commands);
    expect(await runCommands(commands)).toEqual(outcome);
  });

  test('shows the recorded numbers', () => {
    expect(recordedPart(readReadMe(name))).toBe(outcomeText(readExpected(name).outcome));
  });

  test('trades enough, in both directions of every symbol, and is hardly ever refused', () => {
    const { orders, fills, statistics } = readExpected(name).outcome;
    const count = (counted: Readonly<Record<string, number>>, which: RegExp) =>
      Object.entries(counted).reduce((sum, [kind, n]) => sum + (which.test(kind) ? n : 0), 0);
    expect(statistics['trades']).toBeGreaterThanOrEqual(tradesMin);
    for (const id of new Set(Object.keys(fills).map((key) => key.split(' ')[0]))) {
      expect(Object.keys(fills)).toEqual(expect.arrayContaining([`${id} buy`, `${id} sell`]));
    }
    expect(count(orders, / rejected$/) / count(orders, /./)).toBeLessThan(rejectedShareMax);
  });

  test('searches its own parameters over the data of its backtest', () => {
    const { backtest, search } = commandsOf(readReadMe(name));
    expect(search.startsWith(`${backtest} --grid `)).toBe(true);
    expect(backtest).toContain(`examples/${name}/strategy.ts`);
  });

  test('says its idea in one sentence and what it shows', () => {
    const { idea, shows } = headOf(readReadMe(name));
    expect(idea).toMatch(/^[A-Z][^\n]{20,140}$/);
    expect(shows.length).toBeGreaterThan(20);
  });
});

describe('the examples', () => {
  test('have a strategy, a README and a recorded run each', () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).sort()).toEqual(exampleNames);
    for (const name of exampleNames) {
      for (const file of ['README.md', 'expected.json'])
        expect(existsSync(pathOf(name, file)), `${name}/${file}`).toBe(true);
    }
  });

  test('use orders of every kind between them', () => {
    const kinds = exampleNames.flatMap((name) => Object.keys(readExpected(name).outcome.orders));
    for (const kind of [
      'market filled',
      'limit filled',
      'limit expired',
      'limit cancelled',
      'stop filled',
      'stop cancelled',
      'trailing-stop filled',
    ]) {
      expect(kinds).toContain(kind);
    }
  });

  test('are listed in the index', () => {
    const index = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
    const examples = exampleNames.map((name) => ({
      name,
      readMe: readReadMe(name),
      outcome: readExpected(name).outcome,
    }));
    expect(recordedPart(index)).toBe(indexText(examples));
  });

  test('compile with the strict settings that xtrading init gives to a project', async () => {
    const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
    const flags =
      '--ignoreConfig --noEmit --strict --noUncheckedIndexedAccess --erasableSyntaxOnly --verbatimModuleSyntax --allowImportingTsExtensions --target esnext --lib esnext --module nodenext --types'.split(
        ' ',
      );
    const files = exampleNames.map((name) => pathOf(name, 'strategy.ts'));
    await expect(
      promisify(execFile)(process.execPath, [compiler, ...flags, '', ...files], { cwd: root }),
    ).resolves.toMatchObject({ stdout: '' });
  });
});
