/** The strategy guide: its strategies compile and trade, its mistakes fail as it says, its settings are taken. */

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generatePrices, parseOrderTape, parseTimeframe, resolveProfile } from '#domain';
import type { BacktestResult, DataDeclaration, Feed } from '#domain';
import { startRunner } from '#sandbox';
import type { Runner, RunOutcome } from '#sandbox';
import { root } from './command.ts';

const guide = readFileSync(join(root, 'docs', 'strategies.md'), 'utf8');

/** Blocks of a language, in order, with the line of the guide at which each begins. */
const blocksOf = (language: string): { readonly line: number; readonly text: string }[] =>
  [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter((block) => block[1] === language)
    .map((block) => ({ line: guide.slice(0, block.index).split('\n').length + 1, text: block[2] ?? '' }));

const strategies = blocksOf('ts')
  .filter(({ text }) => text.includes('export default defineStrategy('))
  .map(({ line, text }) => ({ line, text, mistake: /^\/\/ fails: ([\w-]+)\n/.exec(text)?.[1] ?? null }));

const parts = blocksOf('ts').filter(({ text }) => !text.includes('export default defineStrategy('));

/** Daily bars for every id that a strategy declares data for. */
const feedsFor = (data: readonly DataDeclaration[] | 'all'): Feed[] => {
  const ids =
    data === 'all' ? ['ASH', 'ELM', 'OAK'] : data.filter(({ from }) => from === undefined).map(({ id }) => id);
  const timeframe = parseTimeframe('1d');
  const symbols = ids.map((symbol) => ({ symbol }));
  return generatePrices({ seed: 1, market: 'stock', timeframe, start: 0, bars: 1_000, symbols }).map((made) => ({
    ...made,
    id: made.symbol,
    timeframeMs: timeframe.ms,
  }));
};

const run = async (runner: Runner, text: string): Promise<RunOutcome> => {
  const compiled = await runner.compile({ entry: 'strategy.ts', files: { 'strategy.ts': text } });
  if (!compiled.ok) return compiled;
  await runner.load(feedsFor(compiled.value.data));
  return runner.run({
    params: {},
    profile: 'native',
    config: { commission: 0.001 },
    seed: 1,
    keep: 'full',
    span: null,
  });
};

describe('the strategy guide', () => {
  let runner: Runner;

  beforeAll(() => {
    runner = startRunner();
  });

  afterAll(() => runner.close());

  test('consists of whole strategies, so that every block is tested', () => {
    expect(parts).toEqual([]);
    expect(strategies.length).toBeGreaterThan(10);
  });

  test.each(strategies.filter(({ mistake }) => mistake === null))(
    'has a strategy at line $line that runs and trades',
    async ({ text }) => {
      const outcome = await run(runner, text);
      expect(outcome.ok ? null : outcome.failure).toBeNull();
      const { fills, orders } = (outcome as { readonly value: BacktestResult }).value; // keep: 'full'
      expect(fills.length).toBeGreaterThan(0);
      expect(orders.filter(({ status }) => status === 'rejected').length).toBeLessThanOrEqual(orders.length / 10);
    },
  );

  test.each(strategies.filter(({ mistake }) => mistake !== null))(
    'has a mistake at line $line that fails with $mistake',
    async ({ text, mistake }) => {
      const outcome = await run(runner, text);
      expect(outcome.ok ? null : outcome.failure).toMatchObject({ mistake, position: { file: 'strategy.ts' } });
    },
  );

  test('has strategies that compile against the real door', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xtrading-guide-'));
    try {
      for (const { line, text } of strategies) writeFileSync(join(folder, `line-${line}.ts`), text);
      const compilerOptions = {
        strict: true,
        noEmit: true,
        noUncheckedIndexedAccess: true,
        erasableSyntaxOnly: true,
        verbatimModuleSyntax: true,
        allowImportingTsExtensions: true,
        target: 'esnext',
        lib: ['esnext'],
        types: [],
        module: 'esnext',
        moduleResolution: 'bundler',
        paths: { 'xtrading/strategy': [join(root, 'domain', 'strategy', 'index.ts')] },
      };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
      const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
      const checking = promisify(execFile)(process.execPath, [compiler, '-p', folder]);
      await expect(checking).resolves.toMatchObject({ stdout: '' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  const isRecording = ({ text }: { readonly text: string }): boolean => text.includes('"orderTape"');

  test.each(blocksOf('json').filter((block) => !isRecording(block)))(
    'has settings at line $line that the native rules take',
    ({ text }) => {
      expect(resolveProfile('native', JSON.parse(text)).settings).toMatchObject({ cash: 50_000 });
    },
  );

  test.each(blocksOf('json').filter(isRecording))('has a recorded run at line $line that can be played', ({ text }) => {
    // A block is of the shape that the guide tells of; the readers refuse what is wrong inside.
    const { config, orderTape } = JSON.parse(text) as { readonly config: unknown; readonly orderTape: unknown };
    expect(resolveProfile('backtrader', config).startCash).toBe(10_000);
    expect(parseOrderTape(orderTape)).toHaveLength(4);
  });
});
