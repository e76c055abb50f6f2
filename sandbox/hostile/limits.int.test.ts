/** Strategies that never end or take all memory: each ends in a failure within its limit, and the next run works. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AttackBench, attackLimits, honestStrategy, strategyWith } from './attack.ts';

let bench: AttackBench;
beforeAll(() => {
  bench = new AttackBench({ ...attackLimits, wallMs: 1_000 });
});
afterAll(() => bench.close());

afterEach(async () => {
  expect((await bench.run(honestStrategy)).ok).toBe(true);
});

test.each([
  ['an endless loop', { onBar: 'for (;;);' }],
  ['an endless loop at the top level', { top: 'for (;;);' }],
  ['an endless loop in init', { init: 'for (;;);' }],
  ['a loop that catches everything', { onBar: 'for (;;) try { throw 1; } catch {} finally { continue; }' }],
  ['a BigInt bomb', { onBar: 'let a = 3n; for (;;) a = a * a;' }],
  ['one long BigInt operation', { onBar: '((1n << 1_000_000_000n) - 1n).toString().length;' }],
  ['a catastrophic regular expression', { onBar: "/^(a+)+$/.test('a'.repeat(50) + 'b');" }],
  ['a promise chain that never ends', { onBar: 'const again = () => Promise.resolve().then(again); again();' }],
  [
    'an async generator that never ends',
    { onBar: '(async () => { for await (const x of (async function* () { for (;;) yield 1; })()); })();' },
  ],
  ['a getter that never ends in what is thrown', { onBar: 'throw { get message() { for (;;); } };' }],
  ['a proxy that never ends in what is thrown', { onBar: 'throw new Proxy({}, { get() { for (;;); } });' }],
  ['a toString that never ends in a log line', { onBar: 'ctx.log({ toJSON() { for (;;); } });' }],
  ['a comparison that never ends in a sort', { onBar: '[3, 2, 1].sort(() => { for (;;); });' }],
  ['a huge sort', { onBar: 'const list = Array.from({ length: 3e6 }, (_, i) => -i); for (;;) list.toSorted();' }],
])('%s is stopped at the time limit', async (_name, parts) => {
  const startedAt = performance.now();
  const found = await bench.failureOf(strategyWith(parts));
  expect(['time-limit', 'memory-limit']).toContain(found.code);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test.each([
  ['a slow allocation bomb', { top: 'const kept = [];', onBar: 'for (;;) kept.push(new Array(1000).fill(1));' }],
  ['a bomb of array buffers', { top: 'const kept = [];', onBar: 'for (;;) kept.push(new Uint8Array(5e7).fill(1));' }],
  ['a bomb of maps', { top: 'const kept = new Map();', onBar: 'for (let i = 0; ; i++) kept.set(i, { i });' }],
  ['a bomb of closures', { top: 'let kept = null;', onBar: 'for (;;) { const before = kept; kept = () => before; }' }],
  ['a bomb of registered symbols', { onBar: "for (let i = 0; ; i++) Symbol.for('x'.repeat(1000) + i);" }],
  ['a bomb of bars kept', { top: 'const kept = [];', onBar: 'for (;;) kept.push(ctx.bars.main.close.last(300));' }],
  ['a bomb of orders', { onBar: "for (;;) ctx.buy('main', 1, { limit: 1 });" }],
  ['a string of half a gigabyte, split', { onBar: "'x'.repeat(2 ** 29 - 25).split('').length;" }],
])('%s is stopped at a limit', async (_name, parts) => {
  const found = await bench.failureOf(strategyWith(parts));
  expect(['memory-limit', 'time-limit', 'strategy-threw']).toContain(found.code);
});

test.each([
  ["new Array(1e9) + ''", { onBar: "const text = new Array(1e9) + ''; ctx.log(text.length);" }],
  ['a string that doubles', { onBar: "let text = 'x'; for (;;) text += text;" }],
  ['a buffer of ten gigabytes', { onBar: 'new Uint8Array(new ArrayBuffer(10 * 2 ** 30)).fill(1);' }],
  [
    'a buffer that grows to eight gigabytes',
    {
      onBar:
        'const buffer = new ArrayBuffer(0, { maxByteLength: 2 ** 33 }); buffer.resize(2 ** 33); new Uint8Array(buffer).fill(1);',
    },
  ],
  ['infinite recursion', { top: 'const dive = (n) => dive(n + 1) + 1;', onBar: 'dive(0);' }],
  [
    'recursion through toString',
    { top: 'class Deep { toString() { return `${new Deep()}`; } }', onBar: '`${new Deep()}`;' },
  ],
  ['recursion through a getter', { top: 'const deep = { get self() { return this.self; } };', onBar: 'deep.self;' }],
  [
    'recursion through a proxy',
    { top: 'const deep = new Proxy({}, { get: (target, key, proxy) => proxy[key] });', onBar: 'deep.x;' },
  ],
])('%s ends in a failure', async (_name, parts) => {
  const found = await bench.failureOf(strategyWith(parts));
  expect(['strategy-threw', 'memory-limit', 'time-limit']).toContain(found.code);
});

test('infinite recursion is told with its line', async () => {
  const found = await bench.failureOf(strategyWith({ top: 'const dive = (n) => dive(n + 1) + 1;', onBar: 'dive(0);' }));
  expect(found).toMatchObject({
    code: 'strategy-threw',
    position: { file: 'attack.ts', line: 3 },
    remedy: expect.stringContaining('calls itself') as string,
  });
});

test("a deep object can't bring down whoever writes it as JSON", async () => {
  const outcome = await bench.run(
    strategyWith({
      onBar:
        'if (ctx.step !== 5) return; let deep = {}; for (let i = 0; i < 20_000; i++) deep = { deep }; ctx.log(deep);',
    }),
  );
  expect(outcome.ok || outcome.failure.code === 'strategy-threw').toBe(true);
});
