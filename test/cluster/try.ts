import { startNats, startPostgres } from '#test/servers';
import { startNode } from './node-process.ts';
import { uuidv7 } from './try-id.ts';
const pg = await startPostgres();
const nats = await startNats();
const databaseUrl = await pg.database();
const opt = (node: string) => ({
  databaseUrl,
  natsUrl: nats.url,
  node,
  leaseMs: 5000,
  roles: ['actors'],
  version: '1',
  settleMs: 3000,
  movesPerRound: 64,
});
const t0 = performance.now();
const log = (...x: unknown[]) => console.log(((performance.now() - t0) / 1000).toFixed(2), ...x);
const a = await startNode(opt('a'));
log('a ready');
log(await a.ask('p1', { type: 'Look' }));
const b = await startNode(opt('b'));
log('b ready');
log((await b.view()).nodes.map((n) => [n.node, n.shards]));
log(await b.ask('p1', { type: 'Pay', to: 'p2', amount: 5 }, { commandId: uuidv7() }));
log(await b.ask('p2', { type: 'Look' }));
// load while rebalancing
let errors: Record<string, number> = {};
let done = 0;
let running = true;
const work = async (k: number) => {
  while (running) {
    const commandId = uuidv7();
    const from = 'p' + ((Math.random() * 200) | 0);
    const to = 'p' + ((Math.random() * 200) | 0);
    for (;;) {
      try {
        await [a, b][k % 2]!.ask(from, { type: 'Pay', to, amount: 1 }, { commandId, timeoutMs: 3000 });
        done++;
        break;
      } catch (e) {
        const m = (e as Error).message;
        errors[m] = (errors[m] ?? 0) + 1;
        if (!running) return;
      }
    }
  }
};
const ws = Array.from({ length: 20 }, (_, k) => work(k));
for (let i = 0; i < 12; i++) {
  await new Promise((r) => setTimeout(r, 1000));
  log(
    done,
    errors,
    (await a.view()).nodes.map((n) => [n.node, n.shards]),
    (await a.view()).parkedMessages,
  );
}
running = false;
await Promise.all(ws);
log('kill b');
await b.kill();
const k0 = performance.now();
let oks = 0;
await Promise.all(
  Array.from({ length: 200 }, async (_, i) => {
    for (;;) {
      try {
        await a.ask('p' + i, { type: 'Look' }, { timeoutMs: 2000 });
        oks++;
        return;
      } catch (e) {
        const m = 'k:' + (e as Error).message;
        errors[m] = (errors[m] ?? 0) + 1;
        await new Promise((r) => setTimeout(r, 100));
      }
    }
  }),
);
log('all answer after', (performance.now() - k0) | 0, oks, errors);
let sum = 0,
  paid = 0;
for (let i = 0; i < 201; i++) {
  const v = await a.ask<any>('p' + i, { type: 'Look' });
  sum += v.balance;
  paid += v.paid;
}
await new Promise((r) => setTimeout(r, 500));
log('sum', sum - 201 * 1000000, 'paid', paid, 'done', done + 1);
await a.stop();
await nats.stop();
await pg.stop();
process.exit();
