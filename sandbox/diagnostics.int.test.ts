/** What the author of a strategy is told when it can't be compiled, or fails: file, line, column and what to do. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRunner } from './runner.ts';
import type { Runner } from './runner.ts';
import { attackJob, risingFeed } from './hostile/attack.ts';
import type { SandboxFailure } from './failure.ts';

let runner: Runner;
beforeAll(async () => {
  runner = startRunner();
  await runner.load([risingFeed(50)]);
});
afterAll(() => runner.close());

const failureOf = async (files: Readonly<Record<string, string>>): Promise<SandboxFailure> => {
  const compiled = await runner.compile({ entry: 'strategy.ts', files });
  const outcome = compiled.ok ? await runner.run(attackJob) : compiled;
  if (outcome.ok) throw new Error('the strategy came to a result');
  return outcome.failure;
};

const head = "import { defineStrategy } from 'xtrading/strategy';";
const whole = `${head}\nexport default defineStrategy({ name: 'x', onBar() {} });`;

describe("sources that can't be compiled", () => {
  test.each([
    ['an enum', `${head}\n  enum Side { Long, Short }`, { line: 2, column: 3 }, 'as const'],
    [
      'an enum over several lines',
      `${head}\n\n  enum Side {\n    Long,\n    Short,\n  }`,
      { line: 3, column: 3 },
      'as const',
    ],
    ['a namespace', `${head}\nnamespace N { export const a = 1; }`, { line: 2, column: 1 }, 'top level'],
    [
      'a parameter property',
      'class A { constructor(private x: number) {} }',
      { line: 1, column: 31 },
      'assign it in the constructor',
    ],
    ['an import in the old form', "import x = require('fs');", { line: 1, column: 1 }, 'import {'],
    ['a type assertion in angle brackets', 'const x = <number>3;', { line: 1, column: 11 }, 'as number'],
    ['a syntax error', `${head}\nconst a = ;`, { line: 2, column: 11 }, null],
    [
      'an unknown export of the API',
      "import { defineStrategie } from 'xtrading/strategy';",
      { line: 1, column: 10 },
      'defineStrategy',
    ],
    ['a decorator', `const log = (x) => x;\n@log class A {}`, { line: 2, column: 1 }, 'Decorators'],
  ])('%s', async (_name, source, position, remedy) => {
    const found = await failureOf({ 'strategy.ts': source });
    expect(found).toMatchObject({ code: 'compile-error', position: { file: 'strategy.ts', ...position } });
    expect(found.codeFrame).toContain('^');
    if (remedy !== null) expect(found.remedy).toContain(remedy);
  });

  test('JavaScript is compiled as it is, and its syntax errors have a place', async () => {
    const compiled = await runner.compile({
      entry: 'strategy.js',
      files: { 'strategy.js': `${whole}\nconst a = 1;;;\nlet let = 1;` },
    });
    expect(compiled).toMatchObject({
      ok: false,
      failure: { code: 'compile-error', position: { file: 'strategy.js', line: 4 } },
    });
    expect(await runner.compile({ entry: 'strategy.js', files: { 'strategy.js': whole } })).toMatchObject({ ok: true });
  });

  test('a comment that names another file does not take the place of an error away', async () => {
    for (const magic of [
      '\n//# sourceURL=/etc/passwd',
      ' //# sourceURL=x.ts',
      '\n//@ sourceURL=x.ts\n//# sourceMappingURL=x.map',
    ]) {
      const found = await failureOf({
        'strategy.ts': `${head}\nexport default defineStrategy({ name: 'x', onBar(ctx: any) { ctx.nope(); } });${magic}`,
      });
      expect(found).toMatchObject({ code: 'strategy-threw', position: { file: 'strategy.ts', line: 2, column: 66 } });
    }
  });

  test('a source that is too large, and too many files', async () => {
    expect(await failureOf({ 'strategy.ts': `${whole}\n//${'x'.repeat(2 ** 20)}` })).toMatchObject({
      code: 'compile-error',
    });
    expect(
      await failureOf({
        'strategy.ts': whole,
        ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}.ts`, ''])),
      }),
    ).toMatchObject({ code: 'compile-error' });
  });

  test('an entry that is not among the files', async () => {
    expect(await runner.compile({ entry: 'other.ts', files: { 'strategy.ts': whole } })).toMatchObject({
      ok: false,
      failure: { code: 'compile-error' },
    });
  });
});

describe('a strategy of several files', () => {
  const bands = 'export type Band = { low: number };\nexport const band = (x: number): Band => ({ low: x - 1 });';

  test('runs, and each run has files of its own', async () => {
    const entry = `${head}\nimport { band } from './lib/bands.ts';\nimport type { Band } from './lib/bands.ts';\nimport { counted } from './lib/count.ts';\nexport default defineStrategy({ name: 'x', onBar(ctx) { const b: Band = band(ctx.bars.main.close.value); if (ctx.step === 3) ctx.log(b.low, counted()); } });`;
    const files = {
      'strategy.ts': entry,
      'lib/bands.ts': bands,
      'lib/count.ts':
        "import { band } from './bands.ts';\nlet count = 0;\nexport const counted = () => ++count + band(0).low;",
    };
    expect(await runner.compile({ entry: 'strategy.ts', files })).toMatchObject({ ok: true });
    for (let i = 0; i < 2; i++)
      expect(await runner.run(attackJob)).toMatchObject({ ok: true, value: { log: [{ text: '1002 0' }] } });
  });

  test('is told in which file it failed', async () => {
    const found = await failureOf({
      'strategy.ts': `${head}\nimport { fail } from './fail.ts';\nexport default defineStrategy({ name: 'x', onBar(ctx) {\n  fail(ctx);\n} });`,
      'fail.ts':
        '// a comment\nexport const fail = (ctx: { step: number }): void => {\n  if (ctx.step > 2) throw new Error("on purpose");\n};',
    });
    expect(found).toMatchObject({
      code: 'strategy-threw',
      message: 'on purpose',
      position: { file: 'fail.ts', line: 3, column: 27 },
      handler: 'onBar',
      time: 1_600_010_800_000,
    });
    expect(found.calls).toEqual(['fail (fail.ts:3:27)', 'onBar (strategy.ts:4:3)']);
  });

  test('is told of a missing file, and of a missing export', async () => {
    expect(
      await failureOf({ 'strategy.ts': `\nimport { a } from './nowhere.ts';\n${whole}`, 'near.ts': '' }),
    ).toMatchObject({
      code: 'compile-error',
      position: { line: 2, column: 19 },
      remedy: expect.stringContaining('near.ts') as string,
    });
    expect(
      await failureOf({ 'strategy.ts': `import { b } from './near.ts';\n${whole}`, 'near.ts': 'export const a = 1;' }),
    ).toMatchObject({
      code: 'compile-error',
      message: expect.stringContaining('"b"') as string,
      position: { file: 'strategy.ts', line: 1, column: 10 },
    });
  });
});

describe('strategies that fail', () => {
  const withBar = (body: string): Readonly<Record<string, string>> => ({
    'strategy.ts': `${head}\nexport default defineStrategy({\n  name: 'x',\n  onBar(ctx: any) {\n${body}\n  },\n});`,
  });

  test('a misspelt method has its line and column, with the code around it', async () => {
    const found = await failureOf(withBar("    ctx.byu('main', 1);"));
    expect(found).toMatchObject({
      code: 'strategy-threw',
      message: 'TypeError: ctx.byu is not a function',
      position: { file: 'strategy.ts', line: 5, column: 9 },
      handler: 'onBar',
    });
    expect(found.codeFrame).toBe(
      "  3 |   name: 'x',\n  4 |   onBar(ctx: any) {\n> 5 |     ctx.byu('main', 1);\n    |         ^\n  6 |   },",
    );
  });

  test('a mistake that the platform finds keeps its code and remedy, at the line that made it', async () => {
    const found = await failureOf(withBar('    ctx.bars.main.close.ago(-1);'));
    expect(found).toMatchObject({ code: 'strategy-threw', mistake: 'look-ahead', position: { line: 5 } });
    expect(found.remedy).toContain('ago(0)');
  });

  test('a mistake in the declaration keeps its code and remedy too', async () => {
    const found = await failureOf({
      'strategy.ts':
        "import { defineStrategy, int } from 'xtrading/strategy';\nexport default defineStrategy({\n  name: 'x',\n  params: { fast: int(1.5) },\n  onBar() {},\n});",
    });
    expect(found).toMatchObject({
      code: 'strategy-threw',
      mistake: 'param-declaration',
      position: { line: 4, column: 19 },
    });
    expect(found.remedy).toContain('int(10');
  });

  test('what does not exist in a strategy is told with what exists instead', async () => {
    expect((await failureOf(withBar('    setTimeout(() => 1, 5);'))).remedy).toContain('ctx.timer');
  });

  test('an async handler is refused', async () => {
    expect(
      await failureOf({ 'strategy.ts': `${head}\nexport default defineStrategy({ name: 'x', async onBar() {} });` }),
    ).toMatchObject({ code: 'strategy-threw', mistake: 'async-handler' });
  });

  test('parameters and data that do not fit the strategy are no failure of its code', async () => {
    await runner.compile({ entry: 'strategy.ts', files: { 'strategy.ts': whole } });
    expect(await runner.run({ ...attackJob, params: { nothing: 1 } })).toMatchObject({
      ok: false,
      failure: { code: 'run-refused', mistake: 'param-value' },
    });
    expect(await runner.run({ ...attackJob, profile: 'no-such-engine' })).toMatchObject({
      ok: false,
      failure: { code: 'run-refused' },
    });
    expect(await runner.run({ ...attackJob, span: { from: 1, to: 2 } })).toMatchObject({
      ok: false,
      failure: { code: 'run-refused', mistake: 'data-missing' },
    });
  });
});
