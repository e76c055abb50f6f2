/** Strategies that try to change the world for the runs after them, in the same isolate: none can. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunOutcome } from '../outcome.ts';
import { AttackBench, attackJob, honestStrategy, strategyWith } from './attack.ts';

let bench: AttackBench;
let before: RunOutcome;
beforeAll(async () => {
  bench = new AttackBench();
  before = await bench.run(honestStrategy);
});
afterAll(() => bench.close());

/** A top level that tries many assignments, none of which may stop the others. */
const all = (...attempts: readonly string[]): string =>
  attempts.map((attempt) => `try { ${attempt} } catch {}`).join('\n');

test('the honest strategy comes to a result', () => {
  expect(before).toMatchObject({ ok: true, value: { trades: [{ quantity: 2 }] } });
});

describe.each([
  [
    'patched array methods',
    {
      top: all(
        ...['push', 'map', 'filter', 'forEach', 'some', 'every', 'find', 'includes', 'slice', 'sort', 'join'].map(
          (name) => `Array.prototype.${name} = () => { throw new Error('poison'); };`,
        ),
      ),
    },
  ],
  [
    'patched numbers and mathematics',
    {
      top: all(
        'Math.abs = () => 1;',
        'Math.max = () => 1e9;',
        'Math.floor = () => 0;',
        'Number.isFinite = () => false;',
        'Number.isInteger = () => false;',
        'Math.random = () => 0;',
        'Date.now = () => 1;',
      ),
    },
  ],
  [
    'patched objects',
    {
      top: all(
        'Object.freeze = (x) => x;',
        'Object.keys = () => [];',
        'Object.entries = () => [];',
        'Object.prototype.poison = 1;',
        "Object.defineProperty(Object.prototype, 'equity', { get: () => 1e9 });",
        'Reflect.get = () => 1;',
        'Object.prototype.__proto__ = null;',
        'Object.setPrototypeOf(Object.prototype, {});',
        'Object.setPrototypeOf(Array.prototype, null);',
      ),
    },
  ],
  [
    'a toJSON for everything',
    {
      top: all(
        "Object.prototype.toJSON = () => 'poison';",
        "Array.prototype.toJSON = () => 'poison';",
        "String.prototype.toJSON = () => 'poison';",
        'Number.prototype.toJSON = () => 1e9;',
      ),
    },
  ],
  [
    'a then for everything',
    { top: all('Object.prototype.then = (resolve) => resolve(1);', 'Function.prototype.then = 1;') },
  ],
  [
    'patched texts and expressions',
    {
      top: all(
        'String.prototype.slice = () => "";',
        "RegExp.prototype.exec = () => ['x'];",
        'RegExp.prototype.test = () => true;',
        'JSON.stringify = () => "{}";',
        'JSON.parse = () => ({});',
        'String.prototype[Symbol.iterator] = function* () {};',
      ),
    },
  ],
  [
    'patched iterators',
    {
      top: all(
        'Array.prototype[Symbol.iterator] = function* () {};',
        'Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ done: true });',
        'Object.getPrototypeOf((function* () {}).prototype).next = () => ({ done: true });',
        'Map.prototype[Symbol.iterator] = function* () {};',
        'Iterator.prototype.map = 1;',
        'Map.prototype.get = () => undefined;',
        'Set.prototype.has = () => false;',
        'WeakSet.prototype.has = () => true;',
      ),
    },
  ],
  [
    'patched typed arrays',
    {
      top: all(
        'Float64Array.prototype.fill = () => 1;',
        'Object.getPrototypeOf(Float64Array.prototype).slice = () => [1e9];',
        'Object.getPrototypeOf(Float64Array).from = () => [];',
        "Object.defineProperty(Object.getPrototypeOf(Float64Array.prototype), 'length', { get: () => 0 });",
        'globalThis.Float64Array = Array;',
      ),
    },
  ],
  [
    'new globals',
    {
      top: all(
        'globalThis.poison = 1;',
        'globalThis.ctx = 1;',
        'globalThis.Date = null;',
        'globalThis.undefined = 1;',
        'delete globalThis.Math;',
        "Object.defineProperty(globalThis, 'poison', { value: 1 });",
        'globalThis.platformClasses = { push() { throw 1; } };',
        'Object.setPrototypeOf(globalThis, { poison: 1 });',
      ),
    },
  ],
  [
    'a patched strategy API',
    {
      top: all(
        'ta.sma = () => 1;',
        'defineStrategy.call = 1;',
        'defineStrategy.prototype = {};',
        'StrategyMistake.prototype.code = 1;',
        'Object.setPrototypeOf(StrategyMistake, null);',
        'StrategyMistake.prototype.constructor = 1;',
        'ta.sma.start = () => ({ lookback: 0, next: () => 1 });',
        'crossOver.poison = 1;',
      ),
    },
  ],
  [
    'patched errors',
    {
      top: all(
        "Error.prepareStackTrace = () => 'poison';",
        'Error.stackTraceLimit = Infinity;',
        "Error.prototype.toString = () => 'poison';",
        "Object.defineProperty(Error.prototype, 'stack', { get: () => 'poison' });",
        'Error.captureStackTrace = () => { throw 1; };',
        'Object.defineProperty(Error, Symbol.hasInstance, { value: () => true });',
      ),
    },
  ],
  [
    'patched objects of the run',
    {
      init: all(
        "Object.getPrototypeOf(ctx).buy = () => { throw new Error('poison'); };",
        'Object.getPrototypeOf(ctx.bars.main.close).ago = () => 1;',
        "Object.defineProperty(Object.getPrototypeOf(ctx), 'equity', { get: () => 1e9 });",
        'ctx.bars.main = null;',
        'ctx.poison = 1;',
        'ctx.bars.main.close.poison = 1;',
        'params.size = 99;',
        'ctx.ids.push("x");',
      ),
      onBar: `if (ctx.step !== 5) return; const order = ctx.buy('main', 1); ${all('Object.getPrototypeOf(order).cancel = () => true;', 'Object.getPrototypeOf(order).cancel.poison = 1;', 'Object.getPrototypeOf(ctx.openOrders()).poison = 1;', "Object.getPrototypeOf(ctx.position('main')).poison = 1;", 'Object.getPrototypeOf(ctx).buy.poison = 1;')}`,
    },
  ],
  [
    'legacy accessors',
    {
      top: all(
        "Object.prototype.__defineGetter__('quantity', () => 1e9);",
        "Object.prototype.__defineSetter__('price', () => 1);",
        '({}).__proto__.__defineGetter__.call(Array.prototype, 0, () => 1e9);',
        "'x'.match(/x/); RegExp.$1 = 'poison'; RegExp.input = 'poison';",
      ),
    },
  ],
  [
    'symbols that the language looks for',
    {
      top: all(
        'Object.defineProperty(Array, Symbol.species, { value: null });',
        'Array.prototype[Symbol.isConcatSpreadable] = false;',
        "Symbol.prototype[Symbol.toPrimitive] = () => 'x';",
        'Function.prototype[Symbol.hasInstance] = () => true;',
        'Date.prototype[Symbol.toPrimitive] = () => 1;',
        'Array.prototype[Symbol.unscopables] = null;',
      ),
    },
  ],
  ['a module that fails half way', { top: "throw new Error('on purpose');" }],
  [
    'a strategy that fails in onBar',
    { onBar: "if (ctx.step === 9) { ctx.buy('main', 5); throw new Error('on purpose'); }" },
  ],
  [
    'a stack overflow inside the platform',
    {
      onBar:
        "const dive = () => { try { dive(); } finally { try { ctx.buy('main', 1); ctx.log('x'); } catch {} } }; if (ctx.step === 9) dive();",
    },
  ],
  [
    'work left for later',
    {
      onBar:
        'Promise.resolve().then(() => { for (const key of Reflect.ownKeys(globalThis)) { try { delete globalThis[key]; } catch {} } });',
    },
  ],
])('%s', (_name, parts) => {
  test('leaves the next run as it was', async () => {
    const attacked = await bench.run(strategyWith(parts));
    expect(attacked.ok || attacked.failure.code).toSatisfy(
      (end: unknown) => end === true || end === 'strategy-threw' || end === 'time-limit',
    );
    expect(await bench.run(honestStrategy)).toEqual(before);
  });
});

test('nothing that a module keeps lives on: not a variable, not a property on a function it reaches', async () => {
  const source = strategyWith({
    top: `let runs = 0; const cache = new Map(); const mark = Symbol.for('mark');
      const places = () => [Object, Array.prototype.push, defineStrategy, ta, ta.sma, Math, globalThis, Error, (() => {}).constructor, Object.getPrototypeOf(function* () {}), Object.getPrototypeOf(new Map().entries())];`,
    onBar: `if (ctx.step !== 5) return;
      runs++; cache.set(runs, 1);
      const order = ctx.buy('main', 1);
      const more = [Object.getPrototypeOf(order), Object.getPrototypeOf(order).cancel, Object.getPrototypeOf(ctx), Object.getPrototypeOf(ctx).buy, Object.getPrototypeOf(ctx.bars.main.close).ago, ctx.ta.sma.batch];
      let marked = 0;
      for (const place of [...places(), ...more]) { if (place === undefined) continue; if (mark in place) marked++; try { place[mark] = 1; } catch {} }
      ctx.log(runs, cache.size, marked);`,
  });
  expect(await bench.logOf(source)).toEqual(['1 1 0']);
  expect(await bench.logOf(source)).toEqual(['1 1 0']);
});

test('what ordinary code does to its own objects works in the frozen realm', async () => {
  const [log] = await bench.logOf(
    strategyWith({
      top: `
      class Failure extends Error { name = 'Failure'; toString() { return 'failure'; } }
      class Point { constructor(x) { this.x = x; this.valueOf = () => x; } toString() { return 'point ' + this.x; } }
      class Stack extends Array { constructor(...all) { super(...all); this.toString = () => 'stack'; } }
      function Old() {} Old.prototype.toString = function () { return 'old'; }; Old.prototype.constructor = Old;
      function Older() {} Older.prototype = Object.create(Old.prototype); Older.prototype.constructor = Older;`,
      onBar: `if (ctx.step !== 5) return;
      const failure = new Failure('a'); failure.message = 'b'; failure.name = 'Other'; failure.code = 7;
      const type = new TypeError('t'); type.name = 'Renamed'; type.toString = () => 'own';
      const plain = {}; plain.toString = () => 'plain'; plain.constructor = 1; plain.hasOwnProperty = 2;
      const call = () => 1; call.toString = () => 'call';
      const map = new Map([['a', 1]]); map.toString = () => 'map';
      const copy = { ...plain }; const parsed = JSON.parse('{"toString":1,"__proto__":{"x":1}}');
      ctx.log([failure.message, failure.name, failure.code, failure, type.name, String(type), String(plain), plain.constructor, String(call), String(map), new Point(3) + 1, String(new Point(4)), String(new Stack(1, 2)), String(new Old()), String(new Older()), new Older().constructor === Older, typeof copy.toString, parsed.toString, failure instanceof Error, [3, 1, 2].toSorted().join(''), new Stack(1, 2, 3).map((x) => x * 2).length].join('|'));`,
    }),
  );
  expect(log).toBe('b|Other|7|failure|Renamed|own|plain|1|call|map|4|point 4|stack|old|old|true|function|1|true|123|3');
});

test('a text that is something else as a script runs as the module it is', async () => {
  const escape = `import { defineStrategy } from 'xtrading/strategy';
await / "[" }); let leaked = 1; (function () { "]" /g;
export default defineStrategy({ name: 'escape', onBar(ctx) { if (ctx.step === 5) ctx.log(typeof leaked); } });`;
  const compiled = await bench.runner.compile({ entry: 'escape.js', files: { 'escape.js': escape } });
  expect(compiled.ok).toBe(true);
  expect(await bench.runner.run(attackJob)).toMatchObject({ ok: true, value: { log: [{ text: 'undefined' }] } });
  expect(await bench.logOf(strategyWith({ onBar: 'if (ctx.step === 5) ctx.log(typeof leaked);' }))).toEqual([
    'undefined',
  ]);
});

test.each([
  [
    'a getter that turns',
    "(() => { let turn = 0; return [{ get id() { return turn++ < 4 ? 'main' : { toJSON: () => 'main', toString: () => 'evil' }; } }]; })()",
  ],
  [
    'a list with a map and a toJSON of its own',
    "Object.defineProperty([{ id: 'main' }], 'map', { value: () => Object.defineProperty([{ id: 'evil' }], 'toJSON', { value: () => [{ id: 'main' }] }) })",
  ],
  [
    'a proxy',
    "new Proxy([{ id: 'main' }], { get: (list, key) => (key === 'toJSON' ? () => [{ id: 'main' }] : key === 'filter' ? () => [] : list[key]) })",
  ],
])('data declared by %s are not what the next run gets', async (_name, data) => {
  const fresh = new AttackBench();
  try {
    await fresh.run(
      `import { defineStrategy } from 'xtrading/strategy';\nexport default defineStrategy({ name: 'evil', data: ${data}, onBar() {} });`,
    );
    expect(await fresh.run(honestStrategy)).toEqual(before);
  } finally {
    fresh.close();
  }
});
