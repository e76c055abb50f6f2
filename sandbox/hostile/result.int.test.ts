/** Strategies that try to spoil what comes out: floods, polluted prototypes, values that are not what they seem. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BacktestResult } from '#domain';
import { AttackBench, strategyWith } from './attack.ts';

let bench: AttackBench;
beforeAll(() => {
  bench = new AttackBench({ wallMs: 5_000, memoryBytes: 400 * 2 ** 20 });
});
afterAll(() => bench.close());

const resultOf = async (source: string): Promise<BacktestResult> => {
  const outcome = await bench.run(source);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
  return outcome.value as BacktestResult; // a full run
};

test('names like __proto__ pollute nothing', async () => {
  const result = await resultOf(
    strategyWith({
      onBar:
        "if (ctx.step < 9) { ctx.plot('__proto__', 1); ctx.plot('constructor', 2); ctx.plot('toString', 3); ctx.buy('main', 1, { tag: '__proto__' }); ctx.log(JSON.parse('{\"__proto__\":{\"polluted\":1}}')); }",
    }),
  );
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.getPrototypeOf(result.plots)).toBe(Object.prototype);
  expect(Object.keys(result.plots).sort()).toEqual(['constructor', 'toString']);
  expect(result.orders[0]?.request.tag).toBe('__proto__');
});

test('log lines are bounded in length and number', async () => {
  const result = await resultOf(
    strategyWith({ onBar: "for (let i = 0; i < 100; i++) ctx.log('x'.repeat(5_000), i);" }),
  );
  expect(result.log.length).toBeLessThanOrEqual(10_000);
  expect(Math.max(...result.log.map(({ text }) => text.length))).toBeLessThanOrEqual(1_000);
  expect(result.logDropped).toBe(299 * 100 - result.log.length);
});

test('points and names of plots are bounded', async () => {
  const result = await resultOf(strategyWith({ onBar: "for (let i = 0; i < 2_000; i++) ctx.plot('a', i);" }));
  expect(result.plots['a']?.values.length).toBeLessThanOrEqual(200_000);
  expect(await bench.failureOf(strategyWith({ onBar: "ctx.plot('name' + ctx.step, 1);" }))).toMatchObject({
    code: 'strategy-threw',
    mistake: 'plot',
    position: { line: 11 },
  });
});

test('ten thousand orders arrive one by one as they were', async () => {
  const result = await resultOf(
    strategyWith({ onBar: "for (let i = 0; i < 40; i++) ctx.buy('main', 1, { limit: 1 + i, tag: 't' + (i % 3) });" }),
  );
  expect(result.orders).toHaveLength(299 * 40);
  expect(result.orders[41]).toMatchObject({
    side: 'buy',
    type: 'limit',
    limit: 2,
    status: 'waiting',
    fillPrice: null,
    request: { size: { quantity: 1 }, limit: 2, tag: 't1' },
  });
});

test('more orders than a result may hold end the run', async () => {
  const small = new AttackBench({ wallMs: 5_000, memoryBytes: 400 * 2 ** 20, resultRows: 1_000 });
  try {
    const flood = strategyWith({ onBar: "for (let i = 0; i < 40; i++) ctx.buy('main', 1, { limit: 1 });" });
    expect(await small.failureOf(flood)).toMatchObject({ code: 'output-limit' });
    expect((await small.run(strategyWith({ onBar: '' }))).ok).toBe(true);
  } finally {
    small.close();
  }
});

test.each([
  ['a tag with a toString', "ctx.buy('main', 1, { tag: { toString() { return 'evil'; } } });"],
  [
    'options with getters',
    "let turn = 0; ctx.buy('main', 1, { get limit() { return turn++ === 0 ? 5 : { evil: 1 }; } });",
  ],
  [
    'options that are a proxy',
    "ctx.buy('main', 1, new Proxy({}, { ownKeys: () => ['limit'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 5 }), get: (target, key) => (key === 'limit' ? 5 : undefined) }));",
  ],
  ['an amount that is an object', "ctx.buy('main', { get quantity() { return 3; } });"],
  ['an amount that is a Number object', "ctx.buy('main', new Number(1));"],
  ['a plot of something else', "ctx.plot('x', { valueOf: () => 1 });"],
  [
    'a log line of everything',
    "ctx.log(Symbol('s'), 1n, null, undefined, () => 1, { toJSON() { throw 1; } }, new Proxy({}, { get() { throw 2; } }), NaN, -0);",
  ],
  ['a changed fill', ''],
])('%s does no harm', async (_name, onBar) => {
  const outcome = await bench.run(strategyWith({ onBar: `if (ctx.step === 5) { ${onBar} }` }));
  if (!outcome.ok) expect(outcome.failure.code).toBe('strategy-threw');
  else {
    const { orders, log } = outcome.value as BacktestResult; // a full run
    for (const order of orders) expect(['number', 'object']).toContain(typeof order.limit);
    for (const { text } of log) expect(typeof text).toBe('string');
  }
});

test("orders that a strategy keeps can't be changed after the run has ended", async () => {
  const result = await resultOf(
    strategyWith({
      top: 'let order = null;',
      onBar:
        "if (ctx.step === 5) order = ctx.buy('main', 1, { limit: 3 }); if (ctx.step === 298 || ctx.step === 299) Promise.resolve().then(() => { try { order.amend({ limit: 777 }); } catch {} try { order.cancel(); } catch {} try { ctx.buy('main', 9); } catch {} ctx.log('late'); });",
    }),
  );
  expect(result.orders).toHaveLength(1);
  expect(result.orders[0]).toMatchObject({ limit: 3, status: 'waiting' });
  expect(result.log).toEqual([]);
});

test('fills and trades that a strategy is shown are copies', async () => {
  const source = `
import { defineStrategy } from 'xtrading/strategy';
export default defineStrategy({
  name: 'changer',
  onBar(ctx) { if (ctx.step === 5) ctx.buy('main', 1); if (ctx.step === 9) ctx.close('main'); },
  onFill(ctx, fill, order) { for (const target of [fill, order]) { for (const key of Object.keys(target)) { try { target[key] = 1e9; } catch {} } try { target.price = 1e9; } catch {} try { Object.defineProperty(target, 'quantity', { value: 1e9 }); } catch {} } },
});`;
  const result = await resultOf(source);
  expect(result.fills.map(({ price, quantity }) => [price, quantity])).toEqual([
    [1_006, 1],
    [1_010, 1],
  ]);
});

test.each([
  ['no default export', 'export const a = 1;', 'not-a-strategy'],
  [
    'a default export that only looks like a strategy',
    "export default { name: 'x', params: {}, data: [{ id: 'main' }], handlers: { onBar() {} } };",
    'not-a-strategy',
  ],
  [
    'a default export that is a proxy',
    'export default new Proxy({}, { get() { throw new Error("trap"); }, getPrototypeOf() { throw new Error("trap"); } });',
    'not-a-strategy',
  ],
  [
    'a top level that waits for ever',
    "import { defineStrategy } from 'xtrading/strategy';\nawait new Promise(() => {});\nexport default defineStrategy({ name: 'x', onBar() {} });",
    'not-a-strategy',
  ],
  [
    'a declaration with getters that throw',
    "import { defineStrategy } from 'xtrading/strategy';\nexport default defineStrategy({ get name() { throw new Error('trap'); }, onBar() {} });",
    'strategy-threw',
  ],
  [
    'parameters that are a proxy',
    "import { defineStrategy } from 'xtrading/strategy';\nexport default defineStrategy({ name: 'x', params: new Proxy({}, { ownKeys() { throw new Error('trap'); } }), onBar() {} });",
    'strategy-threw',
  ],
  [
    'parameters that say something else each time',
    "import { defineStrategy } from 'xtrading/strategy';\nlet turn = 0;\nexport default defineStrategy({ name: 'x', params: { a: { get kind() { return ['int', 'int', 'evil'][turn++] ?? 'evil'; }, default: 1 } }, onBar() {} });",
    'bad-result',
  ],
  [
    'parameters of which JSON knows nothing',
    "import { defineStrategy } from 'xtrading/strategy';\nexport default defineStrategy({ name: 'x', params: { a: { kind: 'int', default: 1n, min: 0, max: 2, step: 1, label: null } }, onBar() {} });",
    'strategy-threw',
  ],
])('%s is told for what it is', async (_name, source, code) => {
  expect(await bench.failureOf(source)).toMatchObject({ code });
});

test.each([
  ['null', 'throw null;', 'The strategy threw null'],
  ['undefined', 'throw undefined;', 'The strategy threw undefined'],
  ['a symbol', "throw Symbol('x');", 'The strategy threw Symbol(x)'],
  ['a text', "throw 'oh no';", 'The strategy threw the text "oh no"'],
  [
    'an object whose getters throw',
    'throw { get message() { throw 1; }, get stack() { throw 2; }, get name() { throw 3; } };',
    'The strategy threw an object',
  ],
  ['a function', 'throw () => 1;', 'The strategy threw a function'],
  [
    'an error with a message that is no text',
    'throw Object.assign(new Error("x"), { message: { evil: 1 }, name: 5, code: {}, remedy: [] });',
    'The strategy threw an object',
  ],
])('a thrown %s has a message', async (_name, onBar, message) => {
  expect((await bench.failureOf(strategyWith({ onBar }))).message).toContain(message);
});

test('a huge message is cut, and its place in the source is kept', async () => {
  const found = await bench.failureOf(strategyWith({ onBar: "throw new Error('x'.repeat(1e7));" }));
  expect(found.message.length).toBeLessThanOrEqual(2_000);
  expect(found.position).toEqual({ file: 'attack.ts', line: 11, column: 11 });
});

test("a made-up stack names only places that exist in the strategy's own files", async () => {
  const found = await bench.failureOf(
    strategyWith({
      onBar:
        "const error = new Error('x'); error.stack = 'Error: x\\n    at root (strategy:/etc/passwd:1:1)\\n    at f (strategy:attack.ts:999999:-5)\\n    at g (file:///etc/passwd:1:1)'; throw error;",
    }),
  );
  expect(found).toMatchObject({ code: 'strategy-threw', position: null, calls: [] });
});

test('what people read of a strategy holds no control characters for their terminal', async () => {
  const clearing = String.raw`'\u001b[2J\u001b]0;title\u0007\u009b2J\r'`;
  const { log } = await resultOf(strategyWith({ onBar: `if (ctx.step === 5) ctx.log(${clearing});` }));
  const { message } = await bench.failureOf(strategyWith({ onBar: `throw new Error(${clearing});` }));
  for (const text of [log[0]?.text, message]) expect(text).toBe('\uFFFD[2J\uFFFD]0;title\uFFFD\uFFFD2J\uFFFD');
});
