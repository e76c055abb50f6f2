/** The `xtrading` command as people meet it: real processes, real files, what they print and how they end. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const launcher = join(import.meta.dirname, 'xtrading.js');
const shared = join(import.meta.dirname, '..', '..', 'shared');
/** A run starts a process or two; a machine under load takes its time. */
const patienceMs = 60_000;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;

const start = (...words: readonly string[]) =>
  spawn(process.execPath, [launcher, ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', XDG_CACHE_HOME: join(folder, 'cache') },
  });

const ended = async (child: ReturnType<typeof start>): Promise<Ended> => {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
};

const xtrading = async (...words: readonly string[]): Promise<Ended> => ended(start(...words));

const cross = `import { crossOver, crossUnder, defineStrategy, int } from 'xtrading/strategy';
export default defineStrategy({
  name: 'cross',
  params: { fast: int(10, { min: 2, max: 100 }), slow: int(20, { min: 3, max: 300 }) },
  constraint: (p) => p.fast < p.slow,
  init: ({ bars, ta }, p) => ({ fast: ta.sma(bars.main.close, p.fast), slow: ta.sma(bars.main.close, p.slow) }),
  onBar(ctx, { fast, slow }) {
    if (crossOver(fast, slow)) ctx.targetPercent('main', 0.95);
    else if (crossUnder(fast, slow)) ctx.close('main');
  },
});
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-line-'));
  await writeFile(join(folder, 'cross.ts'), cross);
  await writeFile(
    join(folder, 'throws.ts'),
    cross.replace('if (crossOver', "if (ctx.step === 30) throw new Error('thirty');\n    if (crossOver"),
  );
  await writeFile(
    join(folder, 'ahead.ts'),
    cross.replace('if (crossOver(fast, slow))', 'if (ctx.bars.main.close.ago(-1) > 0)'),
  );
  await writeFile(join(folder, 'syntax.ts'), cross.replace('onBar(ctx,', 'onBar(ctx,,'));
  await writeFile(
    join(folder, 'bad.csv'),
    'time,open,high,low,close,volume\n2020-01-01,1,2,0.5,1.5,10\n2020-01-02,1,2,0.5,oops,10\n',
  );
  await writeFile(
    join(folder, 'adjusted.csv'),
    'Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,10,11,9,10,5,100\n2020-01-03,10,11,9,10,5,100\n',
  );
  const { code, stderr } = await xtrading('data', 'generate', '--out', 'prices.csv', '--bars', '600');
  expect(stderr).toContain('600 bars');
  expect(code).toBe(0);
}, patienceMs);
afterAll(async () => rm(folder, { recursive: true }));

describe('xtrading backtest', { timeout: patienceMs }, () => {
  it('prints a table and ends with 0', async () => {
    const { code, stdout, stderr } = await xtrading('backtest', 'cross.ts', '--data', 'prices.csv');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    for (const part of ['cross  fast=10 slow=20', 'Final equity', 'Sharpe ratio', 'trade hash '])
      expect(stdout).toContain(part);
    expect(stdout).not.toContain('\u001b');
  });

  it('prints JSON whose fills, trades and equity belong together, equal each time', async () => {
    const [one, two] = await Promise.all(
      [0, 1].map(async () =>
        xtrading(
          'backtest',
          'cross.ts',
          '--data',
          'prices.csv',
          '--json',
          '--no-cache',
          '--set',
          'fast=5',
          '--commission',
          '0.001',
        ),
      ),
    );
    const result = JSON.parse(one?.stdout ?? '') as {
      statistics: { commission: number; equityFinal: number; trades: number };
      trades: { exitBar: number | null }[];
      fills: { commission: number; bar: number; price: number }[];
      equity: number[];
      time: number[];
      params: object;
    };
    expect(two?.stdout).toBe(one?.stdout);
    expect(result.params).toEqual({ fast: 5, slow: 20 });
    expect(result.equity).toHaveLength(600);
    expect(result.time).toHaveLength(600);
    expect(result.equity.at(-1)).toBe(result.statistics.equityFinal);
    expect(result.trades.filter(({ exitBar }) => exitBar !== null)).toHaveLength(result.statistics.trades);
    expect(result.fills.reduce((sum, { commission }) => sum + commission, 0)).toBeCloseTo(
      result.statistics.commission,
      6,
    );
  });

  it('writes a report that stands alone', async () => {
    const { code, stderr } = await xtrading(
      'backtest',
      'cross.ts',
      '--data',
      'prices.csv',
      '--report',
      'out.html',
      '--quiet',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document = await readFile(join(folder, 'out.html'), 'utf8');
    expect(document).toMatch(/^<!doctype html>/);
    // Links to other places: none but namespaces, which are names and are not fetched.
    expect(document.match(/(?:src|href)="?https?:/g)).toBeNull();
  });

  it('names file, line and column of an exception, with the code around it, and ends with 1', async () => {
    const { code, stdout, stderr } = await xtrading('backtest', 'throws.ts', '--data', 'prices.csv');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('thirty');
    expect(stderr).toMatch(/throws\.ts:8:\d+/);
    expect(stderr).toContain('onBar');
  });

  it('teaches that the future can not be read', async () => {
    const { code, stderr } = await xtrading('backtest', 'ahead.ts', '--data', 'prices.csv');
    expect(code).toBe(1);
    expect(stderr).toContain('look-ahead');
    expect(stderr).toContain('ago(1)');
    expect(stderr).toMatch(/ahead\.ts:8:\d+/);
  });

  it('names line and column of a syntax error', async () => {
    const { code, stderr } = await xtrading('backtest', 'syntax.ts', '--data', 'prices.csv');
    expect(code).toBe(1);
    expect(stderr).toMatch(/syntax\.ts:7:\d+/);
  });

  it('names the line and column of a bad row and ends with 3; --skip-bad goes on', async () => {
    const { code, stderr } = await xtrading('backtest', 'cross.ts', '--data', 'bad.csv');
    expect(code).toBe(3);
    expect(stderr).toContain('line 3');
    expect(stderr).toContain('oops');
    expect((await xtrading('backtest', 'cross.ts', '--data', 'bad.csv', '--skip-bad')).code).toBe(0);
  });

  const mistaken: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['no strategy', ['--data', 'prices.csv'], 2, /No strategy was named/],
    ['no data', ['cross.ts'], 2, /--data/],
    ['a strategy that does not exist', ['cros.ts', '--data', 'prices.csv'], 3, /cross\.ts/],
    ['a price file that does not exist', ['cross.ts', '--data', 'none.csv'], 3, /none\.csv/],
    ['an unknown option', ['cross.ts', '--dat', 'prices.csv'], 2, /Did you mean "?--data/],
    ['an unknown parameter', ['cross.ts', '--data', 'prices.csv', '--set', 'fats=5'], 2, /Did you mean "fast"/],
    ['a parameter out of range', ['cross.ts', '--data', 'prices.csv', '--set', 'fast=1'], 2, /2…100/],
    ['a parameter that is no number', ['cross.ts', '--data', 'prices.csv', '--set', 'fast=abc'], 2, /2…100/],
    [
      'parameters that the constraint excludes',
      ['cross.ts', '--data', 'prices.csv', '--set', 'fast=50'],
      1,
      /constraint/,
    ],
    ['a setting that does not exist', ['cross.ts', '--data', 'prices.csv', '--setting', 'comission=1'], 3, /comission/],
    ['a negative capital', ['cross.ts', '--data', 'prices.csv', '--cash', '-5'], 3, /cash/],
    [
      'a statistic that does not exist',
      ['cross.ts', '--data', 'prices.csv', '--grid', 'fast', '--rank', 'sharp'],
      2,
      /Did you mean "sharpe"/,
    ],
    ['a grid of nothing', ['cross.ts', '--data', 'prices.csv', '--grid', 'fast=9..5'], 3, /fast/],
    ['a period without bars', ['cross.ts', '--data', 'prices.csv', '--from', '2090-01-01'], 3, /no bars/],
    [
      'a report in a folder that is not there',
      ['cross.ts', '--data', 'prices.csv', '--report', 'no/where.html'],
      3,
      /report/,
    ],
    [
      'a report where none can be, before the strategy runs',
      ['throws.ts', '--data', 'prices.csv', '--report', '.'],
      3,
      /--report \. can't be written/,
    ],
    [
      'data under an id that the strategy does not declare',
      ['cross.ts', '--data', 'c=prices.csv'],
      2,
      /unknown-data: --data c=…[^]*"main"/,
    ],
    [
      'adjusted closes that are called the close',
      ['cross.ts', '--data', 'adjusted.csv', '--columns', 'close=Adj Close'],
      3,
      /"Adj Close" holds adjusted closes[^]*--adjust/,
    ],
  ];
  it.each(mistaken)('tells what is wrong with %s', async (_name, words, code, message) => {
    const result = await xtrading('backtest', ...words);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/defect|\n\s+at /);
    expect(result.code).toBe(code);
  });

  it('searches a grid and ranks it the same on one core and on several', async () => {
    const words = [
      'backtest',
      'cross.ts',
      '--data',
      'prices.csv',
      '--grid',
      'fast=5..25:5',
      '--grid',
      'slow=20..60:10',
      '--json',
      '--no-cache',
    ];
    const [one, two] = await Promise.all(['1', '3'].map(async (cores) => xtrading(...words, '--cores', cores)));
    type Search = {
      total: number;
      skipped: number;
      finished: number;
      ranking: { rank: number; score: number; params: object; tradeHash: string }[];
      seconds: number;
    };
    const first = JSON.parse(one?.stdout ?? '') as Search;
    const second = JSON.parse(two?.stdout ?? '') as Search;
    expect(first).toMatchObject({ total: 25, skipped: 2, finished: 23 });
    expect({ ...second, seconds: 0 }).toEqual({ ...first, seconds: 0 });
    const single = await xtrading(
      'backtest',
      'cross.ts',
      '--data',
      'prices.csv',
      '--json',
      ...Object.entries(first.ranking[0]?.params ?? {}).flatMap(([name, value]) => [
        '--set',
        `${name}=${String(value)}`,
      ]),
    );
    expect((JSON.parse(single.stdout) as { tradeHash: string }).tradeHash).toBe(first.ranking[0]?.tradeHash);
  });

  it('scores on bars that nothing was chosen on', async () => {
    const { code, stdout } = await xtrading(
      'backtest',
      'cross.ts',
      '--data',
      'prices.csv',
      '--grid',
      'fast=5..15:5',
      '--walk-forward',
      '3',
      '--json',
    );
    const { windows } = JSON.parse(stdout) as {
      windows: { inSample: { to: number }; outOfSample: { from: number; to: number } }[];
    };
    expect(code).toBe(0);
    expect(windows).toHaveLength(3);
    for (const { inSample, outOfSample } of windows) expect(outOfSample.from).toBeGreaterThan(inSample.to);
  });

  it('runs every symbol and every period on its own, the whole period equal to a plain run', async () => {
    await writeFile(join(folder, 'other.csv'), await readFile(join(folder, 'prices.csv')));
    const words = ['backtest', 'cross.ts', '--data', 'prices.csv', '--data', 'other.csv', '--each', '--json'];
    type Runs = {
      runs: { symbol: string; from: string; to: string; tradeHash: string; statistics: { duration: number } }[];
    };
    const whole = JSON.parse((await xtrading(...words)).stdout) as Runs;
    const plain = JSON.parse((await xtrading('backtest', 'cross.ts', '--data', 'prices.csv', '--json')).stdout) as {
      tradeHash: string;
    };
    expect(whole.runs.map(({ symbol }) => symbol)).toEqual(['prices', 'other']);
    expect(whole.runs.map(({ tradeHash }) => tradeHash)).toEqual([plain.tradeHash, plain.tradeHash]);
    const { runs } = JSON.parse((await xtrading(...words, '--periods', '3')).stdout) as Runs;
    expect(runs).toHaveLength(6);
    for (const [i, { from }] of runs.slice(1, 3).entries())
      expect(Date.parse(from)).toBeGreaterThan(Date.parse(runs[i]?.to ?? ''));
    expect((await xtrading(...words, '--grid', 'fast')).code).toBe(2);
  });

  it('ends with 130 on Ctrl-C and leaves no process behind', async () => {
    const child = start('backtest', 'cross.ts', '--data', 'prices.csv', '--grid', 'fast', '--grid', 'slow', '--plain');
    const result = ended(child);
    // Says how many combinations it begins with; all of them take far longer than this test.
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    const { code, stderr } = await result;
    expect(stderr).toContain('29,502 combinations');
    expect(stderr).toContain('Interrupted after');
    expect(code).toBe(130);
  });
});

describe('xtrading backtest --orders', { timeout: patienceMs }, () => {
  it('does what the tape says', async () => {
    await writeFile(
      join(folder, 'tape.json'),
      JSON.stringify([
        { bar: 10, size: 5 },
        { bar: 20, size: -5 },
      ]),
    );
    const { code, stdout } = await xtrading('backtest', '--orders', 'tape.json', '--data', 'prices.csv', '--json');
    const { fills } = JSON.parse(stdout) as { fills: { bar: number; side: string; quantity: number }[] };
    expect(code).toBe(0);
    expect(fills.map(({ bar, side, quantity }) => ({ bar, side, quantity }))).toEqual([
      { bar: 11, side: 'buy', quantity: 5 },
      { bar: 21, side: 'sell', quantity: 5 },
    ]);
  });

  it('names the entry of a tape that is wrong', async () => {
    await writeFile(
      join(folder, 'wrong.json'),
      JSON.stringify([
        { bar: 10, size: 5 },
        { bar: 'x', size: 1 },
      ]),
    );
    const { code, stderr } = await xtrading('backtest', '--orders', 'wrong.json', '--data', 'prices.csv');
    expect(code).toBe(3);
    expect(stderr).toContain('tape[1].bar');
  });

  describe.runIf(existsSync(shared))('with recorded runs', () => {
    it('gives the result that backtesting.py prints in its README', async () => {
      const run = join(shared, 'reference', 'backtests', 'goog-smacross-10-20-spread.json');
      const { stdout } = await xtrading(
        'backtest',
        '--orders',
        run,
        '--config',
        run,
        '--data',
        join(shared, 'data', 'GOOG.csv'),
        '--json',
      );
      const result = JSON.parse(stdout) as {
        statistics: Record<string, number>;
        trades: { exitBar: number | null; entryPrice: number }[];
      };
      const recorded = JSON.parse(await readFile(run, 'utf8')) as { trades: { entryPrice: number }[] };
      expect(result.statistics['Equity Final [$]']).toBeCloseTo(68_935.12, 2);
      expect(result.trades.filter(({ exitBar }) => exitBar !== null).map(({ entryPrice }) => entryPrice)).toEqual(
        recorded.trades.map(({ entryPrice }) => entryPrice),
      );
    });
  });
});

describe('xtrading', { timeout: patienceMs }, () => {
  it('explains itself', async () => {
    const help = await xtrading('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const name of [
      'backtest',
      'init',
      'dev',
      'data generate',
      'data show',
      'cache show',
      'cache clear',
      'indicators',
    ]) {
      expect(help.stdout).toContain(name);
      const own = await xtrading(...name.split(' '), '--help');
      expect(own.code).toBe(0);
      expect(own.stdout).toContain('Examples:');
    }
  });

  it('suggests commands', async () => {
    expect(await xtrading('data')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('xtrading data generate'),
    });
    expect(await xtrading('data', 'shw')).toMatchObject({ code: 2, stderr: expect.stringContaining('"data shw"') });
    expect(await xtrading('backtst')).toMatchObject({ code: 2, stderr: expect.stringContaining('backtest') });
    expect(await xtrading('help', 'data', 'show')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--columns'),
    });
  });

  it('says when the strategy and the prices have changed places', async () => {
    expect(await xtrading('backtest', 'prices.csv', '--data', 'cross.ts')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('prices.csv is no strategy'),
    });
  });

  it('refuses to call the bars of a file longer than they are, and says where longer ones are declared', async () => {
    expect(await xtrading('backtest', 'cross.ts', '--data', 'prices.csv', '--timeframe', '1w')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("timeframe: '1w'"),
    });
  });

  it('refuses to count dividends in the prices and as payments', async () => {
    const words = ['backtest', 'cross.ts', '--data', 'prices.csv', '--adjust', '--actions', 'adjusted'];
    expect(await xtrading(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining('twice') });
  });

  it('writes prices over a file of something else only when told to', async () => {
    const words = ['data', 'generate', '--out', 'made.csv', '--bars', '20'];
    expect(await xtrading(...words)).toMatchObject({ code: 0 });
    expect(await xtrading(...words)).toMatchObject({ code: 0 }); // the same once more
    const before = await readFile(join(folder, 'made.csv'), 'utf8');
    const refused = await xtrading(...words, '--seed', '2');
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('file-exists: made.csv') });
    expect(refused.stderr).toContain('--force');
    expect(await readFile(join(folder, 'made.csv'), 'utf8')).toBe(before);
    expect(await xtrading(...words, '--seed', '2', '--force')).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'made.csv'), 'utf8')).not.toBe(before);
  });

  it('writes none of several files when one of them is in the way', async () => {
    const words = ['data', 'generate', '--out', 'both', '--bars', '20', '--symbol', 'A', '--symbol', 'B'];
    await mkdir(join(folder, 'both'));
    await writeFile(join(folder, 'both', 'B.csv'), 'mine');
    expect(await xtrading(...words)).toMatchObject({ code: 3, stderr: expect.stringContaining('B.csv') });
    expect(existsSync(join(folder, 'both', 'A.csv'))).toBe(false);
  });

  it('shows what a file holds by the columns that are named', async () => {
    expect(await xtrading('data', 'show', 'prices.csv', '--columns', 'close=5')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Close +first \d/),
    });
  });

  it('says nothing but the result with -q', async () => {
    const { stdout, stderr } = await xtrading('backtest', 'cross.ts', '-d', 'prices.csv', '-q', '-g', 'fast=5,10');
    expect(stderr).toBe('');
    expect(stdout).toContain('2 of 2 combinations');
  });

  it('writes its report although nobody reads what it says', async () => {
    const child = start('backtest', 'cross.ts', '--data', 'prices.csv', '--report', 'unread.html');
    child.stderr.destroy(); // as `head` does, when both are piped to it
    child.stdout.resume();
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(0);
    expect(await readFile(join(folder, 'unread.html'), 'utf8')).toContain('<html');
  });

  it('tells where the command comes from when a new folder would not find it', async () => {
    const init = [launcher, 'init', 'elsewhere'];
    const known = join(folder, 'bin');
    await mkdir(known);
    await writeFile(join(known, 'xtrading'), '');
    const unknown = await ended(spawn(process.execPath, init, { cwd: folder, env: { PATH: folder } }));
    expect(unknown).toMatchObject({ code: 0, stdout: expect.stringContaining('npm link') });
    const found = await ended(spawn(process.execPath, [...init, '--force'], { cwd: folder, env: { PATH: known } }));
    expect(found).toMatchObject({ code: 0, stdout: expect.not.stringContaining('npm link') });
  });

  it('makes a strategy project in which the compiler finds no fault, and mistakes are found', async () => {
    expect(await xtrading('init', 'project')).toMatchObject({ code: 0, stderr: '' });
    const compiler = join(import.meta.dirname, '..', 'node_modules', 'typescript', 'bin', 'tsc');
    const check = async (): Promise<Ended> => ended(spawn(process.execPath, [compiler, '-p', join(folder, 'project')]));
    expect(await check()).toMatchObject({ code: 0, stdout: '' });
    expect(await xtrading('backtest', 'project/strategy.ts', '--data', 'project/prices.csv')).toMatchObject({
      code: 0,
    });
    await writeFile(join(folder, 'project', 'wrong.ts'), cross.replace("ctx.close('main')", "ctx.close('mian')"));
    expect((await check()).stdout).toContain('wrong.ts(9,');
    expect(await xtrading('init', 'project')).toMatchObject({ code: 3, stderr: expect.stringContaining('--force') });
  });

  it('runs again on each save, and on Ctrl-C ends', async () => {
    await writeFile(join(folder, 'live.ts'), cross);
    const child = start('dev', 'live.ts', '--data', 'prices.csv', '--plain');
    let stdout = '';
    const said = async (text: string, from: number): Promise<number> => {
      while (!stdout.slice(from).includes(text)) await once(child.stdout, 'data');
      return stdout.length;
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.resume();
    const first = await said('trade hash', 0);
    await writeFile(join(folder, 'live.ts'), cross.replace("name: 'cross'", "name: 'saved-again'"));
    await said('saved-again', first);
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(0);
  });
});
