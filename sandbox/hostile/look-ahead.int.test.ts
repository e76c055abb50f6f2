/** Strategies that try to see a bar that has not happened. Prices rise by one each bar, so that any number above the present is the future. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { AttackBench, strategyWith } from './attack.ts';

let bench: AttackBench;
beforeAll(() => {
  bench = new AttackBench();
});
afterAll(() => bench.close());

/** Logs every number of the future that `attack` pushes into `found`; nothing when there is none. */
const attempt = (attack: string, more: { readonly top?: string; readonly init?: string } = {}): string =>
  strategyWith({
    top: `const found = []; const note = (value) => { if (typeof value === 'number' && value > found.now && value < 2_000) found.push(value); }; ${more.top ?? ''}`,
    init: more.init ?? 'return {};',
    onBar: `found.now = 1_000 + ctx.step; if (ctx.step === 20) { ${attack} } if (ctx.step >= 20 && found.length > 0) { ctx.log('future', ...found.slice(0, 5)); found.length = 0; }`,
  });

const trickyNumbers =
  "[-1, -0.5, 0.5, NaN, Infinity, -Infinity, '-1', '1', null, undefined, true, -1n, 2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 32), -(2 ** 53), { valueOf: () => -1 }, [-1], new Number(-3), { [Symbol.toPrimitive]: (() => { let turn = 0; return () => (turn++ === 0 ? 1 : -5); })() }, new Proxy({}, { get: () => () => -2 }), Symbol.iterator]";

test.each([
  [
    'tricky indexes',
    `for (const index of ${trickyNumbers}) { try { note(ctx.bars.main.close.ago(index)); } catch {} }`,
    {},
  ],
  [
    'tricky counts',
    `for (const count of ${trickyNumbers}) { try { for (const value of ctx.bars.main.close.last(count)) note(value); } catch {} }`,
    {},
  ],
  [
    'tricky indexes of an indicator',
    `for (const index of ${trickyNumbers}) { try { note(state.sma.ago(index)); } catch {} }`,
    { init: 'return { sma: ctx.ta.sma(ctx.bars.main.close, 3) };' },
  ],
  [
    'the buffer behind last()',
    'for (const value of new Float64Array(ctx.bars.main.close.last(5).buffer)) note(value);',
    {},
  ],
  [
    'a growing of what last() returned',
    'const last = ctx.bars.main.close.last(5); try { last.buffer.resize(4_000); } catch {} for (const value of new Float64Array(last.buffer)) note(value); note(last.subarray(0, 100)[99]);',
    {},
  ],
  [
    'private state read through another class',
    'class Spy { #values = []; static read(object) { return #values in object ? object.#values : null; } } const values = Spy.read(ctx.bars.main.close); for (const value of values ?? []) note(value);',
    {},
  ],
  [
    'properties of a series',
    'for (const series of Object.values(ctx.bars.main)) { for (const key of Reflect.ownKeys(Object(series))) note(series[key]); }',
    {},
  ],
  [
    'a method on another object',
    'const { ago, last } = Object.getPrototypeOf(ctx.bars.main.close); for (const target of [{}, ctx, new Proxy(ctx.bars.main.close, {}), Object.create(ctx.bars.main.close)]) { try { note(ago.call(target, 0)); } catch {} try { last.call(target, 5).forEach(note); } catch {} }',
    {},
  ],
  [
    'a species of typed arrays',
    'try { Object.defineProperty(Float64Array, Symbol.species, { value: class { constructor(...args) { note(args[0]?.length); } } }); } catch {} ctx.bars.main.close.last(5).forEach(note);',
    {},
  ],
  [
    'a patched slice',
    'try { Object.getPrototypeOf(Float64Array.prototype).slice = function () { this.forEach(note); return this; }; } catch {} try { Float64Array.prototype.slice = function () { this.forEach(note); return this; }; } catch {} ctx.bars.main.close.last(5);',
    {},
  ],
  [
    'patched array methods',
    "for (const name of ['map', 'filter', 'push', 'some', 'every', 'forEach', 'slice']) { try { Array.prototype[name] = function (...args) { note(args[0]); return this; }; } catch {} } ctx.bars.main.close.last(5); ctx.openOrders();",
    {},
  ],
  [
    'accessors planted on Object.prototype',
    "for (const name of ['bars', 'values', 'clock', 'index', 'cursor', 'future']) { try { Object.defineProperty(Object.prototype, name, { get() { return this; }, set(value) { note(value); } }); } catch {} try { Object.prototype.__defineSetter__.call(Object.prototype, name, note); } catch {} }",
    {},
  ],
  [
    'a series made by hand',
    'const Series = ctx.bars.main.close.constructor; try { const fake = new Series({ clock: { cursor: { index: 250 }, live: [], made: [], open: true }, values: ctx.bars.main.close.last(20), warmUp: 0, whole: true }); note(fake.value); } catch {}',
    {},
  ],
  ['an indicator made after init', 'try { ctx.ta.sma(ctx.bars.main.close, 2).last(50).forEach(note); } catch {}', {}],
  [
    'indicators in init',
    '',
    {
      init: 'const sma = ctx.ta.sma(ctx.bars.main.close, 1); found.now = 999; note(sma.value); note(ctx.bars.main.close.value); for (let i = 0; i < 9; i++) { try { note(sma.ago(i)); } catch {} try { sma.last(9).forEach(note); } catch {} } if (found.length > 0) throw new Error(`future ${found[0]}`); return {};',
    },
  ],
  [
    'its own indicator, computed ahead',
    '',
    {
      top: "let calls = 0; const spy = defineIndicator({ name: 'spy', takes: ['value'], gives: ['value'], start: () => ({ lookback: 0, next: (value) => { if (value > 1_000 + calls++) found.push(value); return value; } }) });",
      init: 'const made = spy(ctx.bars.main.close); if (found.length > 0) throw new Error("computed ahead"); return { made };',
    },
  ],
  [
    'its own indicator on a built-in one',
    '',
    {
      top: "let calls = 0; const spy = defineIndicator({ name: 'spy', takes: ['value'], gives: ['value'], start: () => ({ lookback: 0, next: (value) => { if (value > 1_000 + calls++) found.push(value); return value; } }) });",
      init: 'const made = spy(ctx.ta.sma(ctx.bars.main.close, 1)); if (found.length > 0) throw new Error("computed ahead"); return { made };',
    },
  ],
  [
    'lists with methods of their own in its own indicator',
    '',
    {
      top: `const method = { value(...args) { for (const arg of args) { if (typeof arg === 'function') { for (const series of shown) { try { for (const value of arg(series).values) note(value); } catch {} } } } return list(); } };
      const shown = [];
      const list = () => Object.defineProperties(['value'], { map: method, every: { value: () => true } });
      const thief = (takes, gives) => defineIndicator({ name: 'thief', takes, gives, start: () => ({ lookback: 0, next: (value) => value }) });`,
      init: "found.now = 999; shown.push(ctx.bars.main.close); for (const [takes, gives] of [[list(), ['value']], [['value'], list()], [list(), list()]]) { try { thief(takes, gives)(ctx.bars.main.close); } catch {} } if (found.length > 0) throw new Error(`future ${found[0]}`); return {};",
    },
  ],
  [
    "a handle's or position's prices",
    "const order = ctx.buy('main', 1); for (const part of [order, ctx.position('main'), ...ctx.openOrders()]) { for (let proto = part; proto !== null && proto !== Object.prototype; proto = Object.getPrototypeOf(proto)) { for (const key of Reflect.ownKeys(proto)) { try { note(part[key]); } catch {} } } }",
    {},
  ],
  ['a microtask in the middle of the run', 'Promise.resolve().then(() => note(ctx.bars.main.close.value));', {}],
  [
    'a generator kept across bars',
    'state.walk ??= (function* () { for (;;) yield ctx.bars.main.close.value; })(); note(state.walk.next().value);',
    { init: 'return { walk: null };' },
  ],
])('%s shows no future', async (_name, attack, more) => {
  expect(await bench.logOf(attempt(attack, more))).toEqual([]);
});

test('whatever hangs together with the context holds no number of the future', async () => {
  const [log] = await bench.logOf(
    strategyWith({
      init: 'return { sma: ctx.ta.sma(ctx.bars.main.close, 3), macd: ctx.ta.macd?.(ctx.bars.main.close, 12, 26, 9) };',
      onBar: `
    if (ctx.step !== 60) return;
    const seen = new Set();
    const future = [];
    let numbers = 0;
    const waiting = [[{ ctx, state, params, order: ctx.buy('main', 1, { limit: 10 }), position: ctx.position('main') }, '']];
    for (let next = 0; next < waiting.length; next++) {
      const [value, path] = waiting[next];
      if (typeof value === 'number') { numbers++; if (value > 1_060 && value < 2_000) future.push(path); }
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
      seen.add(value);
      for (let owner = value; owner !== null; owner = Object.getPrototypeOf(owner)) {
        for (const key of Reflect.ownKeys(owner)) {
          const { value: held, get } = Reflect.getOwnPropertyDescriptor(owner, key);
          waiting.push([held, path + '.' + String(key)], [get, path + '.get ' + String(key)]);
          if (get !== undefined) { try { waiting.push([Reflect.apply(get, value, []), path + '.' + String(key)]); } catch {} }
        }
      }
    }
    ctx.log(numbers > 100, seen.size > 500, JSON.stringify(future));`,
    }),
  );
  expect(log).toBe('true true []');
});

test('bars built from finer ones are seen when they are complete, and not before', async () => {
  const source = `
import { defineIndicator, defineStrategy } from 'xtrading/strategy';
const found = [];
let calls = 0;
const spy = defineIndicator({ name: 'spy', takes: ['value'], gives: ['value'], start: () => ({ lookback: 0, next: (value) => { calls++; return value; } }) });
export default defineStrategy({
  name: 'two-timeframes',
  data: [{ id: 'main' }, { id: 'slow', from: 'main', timeframe: '4h' }],
  init: (ctx) => ({ sma: ctx.ta.sma(ctx.bars.slow.close, 2), spy: spy(ctx.bars.slow.high) }),
  onBar(ctx, { sma, spy }) {
    const now = 1_000 + ctx.step;
    const { slow } = ctx.bars;
    for (const series of [slow.open, slow.high, slow.low, slow.close, sma, spy]) {
      for (const value of [series.value, ...series.last(500)]) if (value > now) found.push(value);
    }
    if (slow.time.value + 4 * 3_600_000 > ctx.now) found.push('an unfinished bar');
    if (calls > slow.length) found.push('a call ahead');
    if (ctx.step === 299) ctx.log(slow.length, found.length, ...found.slice(0, 5));
  },
});`;
  const [log] = await bench.logOf(source);
  expect(log).toMatch(/^7[45] 0$/);
});

test('the clock and the random numbers tell nothing but the present', async () => {
  const log = await bench.logOf(
    strategyWith({
      top: 'const loadedAt = Date.now();',
      onBar:
        "if (ctx.step < 3 && ctx.step > 0) ctx.log(loadedAt, Date.now() === ctx.now, new Date().getTime() === ctx.now, Date().includes('2020'), new Date(0).getTimezoneOffset(), Math.random().toFixed(6));",
    }),
  );
  expect(log).toHaveLength(2);
  expect(log[0]).toMatch(/^0 true true true 0 0\.\d{6}$/);
  expect(log[0]?.slice(-8)).not.toBe(log[1]?.slice(-8));
});

test('random numbers repeat with the seed', async () => {
  const source = strategyWith({
    top: 'const early = Math.random();',
    onBar: 'if (ctx.step < 5) ctx.log(early, Math.random(), ctx.random());',
  });
  expect(await bench.logOf(source)).toEqual(await bench.logOf(source));
});
