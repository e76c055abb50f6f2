/** Strategies that look for a way out: to code from strings, to the host, to files that are not theirs. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AttackBench, honestStrategy, strategyWith } from './attack.ts';

let bench: AttackBench;
beforeAll(() => {
  bench = new AttackBench();
});
afterAll(() => bench.close());

describe('code from strings', () => {
  test.each([
    ['eval', "eval('1')"],
    ['indirect eval', "(0, eval)('1')"],
    ['Function', "new Function('return globalThis')()"],
    ["a function's constructor", "(() => {}).constructor('return globalThis')()"],
    ['the constructor of a built-in', "Array.prototype.map.constructor('return this')()"],
    ["a generator's constructor", "(function* () {}).constructor('yield globalThis')().next()"],
    ["an async function's constructor", "(async () => {}).constructor('return 1')()"],
    ["an async generator's constructor", "(async function* () {}).constructor('yield 1')()"],
    ['a subclass of Function', 'new (class extends Function {})("return 1")()'],
    ['Reflect.construct', "Reflect.construct(Function, ['return 1'])"],
    ['the constructor of a method of the context', "ctx.buy.constructor('return globalThis')()"],
    ['the constructor of a function of the API', "defineStrategy.constructor('return globalThis')()"],
    [
      'a species',
      "class F extends (() => {}).constructor { static get [Symbol.species]() { return F; } }; new F('return 1')",
    ],
  ])('%s makes none', async (_name, attack) => {
    const found = await bench.failureOf(strategyWith({ onBar: attack }));
    expect(found).toMatchObject({
      code: 'strategy-threw',
      message: expect.stringContaining('code from strings') as string,
      position: { file: 'attack.ts', line: 11 },
    });
  });
});

describe('the host', () => {
  test.each([
    'process',
    'require',
    'module',
    'global',
    'Buffer',
    'fetch',
    'WebSocket',
    'Deno',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'performance',
    'WebAssembly',
    'SharedArrayBuffer',
    'Atomics',
    'Worker',
    'Intl',
    'Temporal',
    'WeakRef',
    'FinalizationRegistry',
    'crypto',
    'window',
  ])('%s is not there, and the message says what is', async (name) => {
    const found = await bench.failureOf(strategyWith({ onBar: `${name}.x;` }));
    expect(found).toMatchObject({ code: 'strategy-threw', message: `ReferenceError: ${name} is not defined` });
    expect(found.remedy).not.toBeNull();
  });

  test('the global object holds nothing but the language', async () => {
    const [names] = await bench.logOf(
      strategyWith({
        onBar:
          'if (ctx.step === 5) ctx.log(Reflect.ownKeys(globalThis).map(String).filter((key) => /^[a-z]/.test(key)).sort().join());',
      }),
    );
    expect(names).toBe(
      'console,decodeURI,decodeURIComponent,encodeURI,encodeURIComponent,eval,globalThis,isFinite,isNaN,parseFloat,parseInt,undefined',
    );
  });

  test('a dynamic import brings nothing', async () => {
    const log = await bench.logOf(
      strategyWith({
        top: 'const got = [];',
        onBar:
          "import('node:fs').then((fs) => got.push(fs), () => 0); import('xtrading/strategy').then((door) => got.push(door), () => 0); if (ctx.step === 250) ctx.log(got.length);",
      }),
    );
    expect(log).toEqual(['0']);
  });

  test('a rejected promise that nobody catches changes nothing', async () => {
    const honest = await bench.run(honestStrategy);
    for (const rejected of [
      "import('node:fs');",
      "Promise.reject(new TypeError('nobody'));",
      '(async () => { throw null; })();',
    ]) {
      const outcome = await bench.run(
        honestStrategy.replace('onBar(ctx, state, params) {', `onBar(ctx, state, params) { ${rejected}`),
      );
      expect(outcome).toEqual(honest);
    }
  });

  test('import.meta is empty and has no prototype', async () => {
    expect(
      await bench.logOf(
        strategyWith({
          onBar:
            'if (ctx.step === 5) ctx.log(Reflect.ownKeys(import.meta).length, Object.getPrototypeOf(import.meta));',
        }),
      ),
    ).toEqual(['0 null']);
  });

  test('errors show no file of the machine, and their call sites give no function', async () => {
    const log = await bench.logOf(
      strategyWith({
        top: 'let sites = null; try { Error.prepareStackTrace = (error, list) => { sites = list; return list; }; } catch {}',
        onBar:
          "if (ctx.step !== 5) return; try { ctx.bars.main.close.ago(-1); } catch (error) { ctx.log(typeof error.stack, String(error.stack).includes('/work') || /file:|node:|[a-z]:\\\\\\\\/.test(String(error.stack)), sites === null); }",
      }),
    );
    expect(log).toEqual(['string false true']);
  });

  test('the one function that leads to the host is out of reach', async () => {
    const log = await bench.logOf(
      strategyWith({
        onBar:
          "if (ctx.step !== 5) return; const own = new Set(); const walk = (value) => { if ((typeof value !== 'object' && typeof value !== 'function') || value === null || own.has(value)) return; own.add(value); for (const key of Reflect.ownKeys(value)) { const found = Reflect.getOwnPropertyDescriptor(value, key); walk(found.value); walk(found.get); } walk(Reflect.getPrototypeOf(value)); }; walk(globalThis); walk(ctx); walk(defineStrategy); ctx.log([...own].some((value) => /^(Reference|Isolate|Context|Module|ExternalCopy|Callback|Dereference)$/.test(String(value?.constructor?.name ?? ''))));",
      }),
    );
    expect(log).toEqual(['false']);
  });
});

describe('imports', () => {
  test.each([
    ['a module of Node', "import fs from 'node:fs';"],
    ['a package', "import ivm from 'isolated-vm';"],
    ['the platform itself', "import * as domain from '#domain';"],
    ['an absolute path', "import x from '/etc/passwd';"],
    ['a data URL', "import x from 'data:text/javascript,export default 1';"],
    ['an export from', "export * from 'node:child_process';"],
  ])('%s is refused with line, column and what is allowed', async (_name, line) => {
    const found = await bench.failureOf(`// a comment\n${line}\n${honestStrategy}`);
    expect(found).toMatchObject({
      code: 'compile-error',
      position: { file: 'attack.ts', line: 2 },
      remedy: expect.stringContaining('xtrading/strategy') as string,
    });
    expect(found.codeFrame).toContain(line);
  });

  test('a path out of the project is refused', async () => {
    expect(await bench.failureOf(`import x from '../../secret.ts';\n${honestStrategy}`)).toMatchObject({
      code: 'compile-error',
      position: { line: 1, column: 15 },
    });
  });

  test('another module of the platform is not reached through a relative path', async () => {
    expect(await bench.failureOf(`import x from './domain/index.ts';\n${honestStrategy}`)).toMatchObject({
      code: 'compile-error',
    });
  });
});

describe('what the process may do', () => {
  test('abilities are told', async () => {
    const abilities = await bench.runner.abilities();
    expect(abilities).toMatchObject({ ok: true, value: { permissions: true } });
  });
});
