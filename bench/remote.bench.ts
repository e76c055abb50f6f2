/** Asks between two processes over NATS, a thousand outstanding: against NATS's own request and reply. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
// oxlint-disable-next-line eslint/no-restricted-imports -- the reference that is measured against
import { connect } from '@nats-io/transport-node';
import { openNats } from '#cluster';
import { startNats } from '#test/servers';
import type { Benchmark } from './benchmark.ts';
import { doubler, startRemoteNode } from './remote-node.ts';
import { rawSubject } from './remote-subject.ts';

const outstanding = 1_000;
const rounds = 12;
const asksPerRound = 20_000;
const rawPerRound = 10_000;
const timeoutMs = 10_000;
const reach = 4;

/** So many at a time, each followed by the next as soon as it is answered; milliseconds for all. */
const run = async (count: number, ask: (number: number) => Promise<number>): Promise<number> => {
  const startedAt = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      const answer = await ask(number);
      if (answer !== number * 2) throw new Error(`${number} was answered with ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: outstanding }, work));
  return performance.now() - startedAt;
};

const benchmark: Benchmark = {
  name: 'remote',
  async run() {
    const server = await startNats();
    const answerer = fork(fileURLToPath(new URL('remote-answerer.ts', import.meta.url)), [server.url], {
      execArgv: [],
    });
    try {
      await once(answerer, 'message');
      const raw = await connect({ servers: server.url });
      const nats = await openNats({ url: server.url, name: 'asker' });
      const system = await startRemoteNode('asker', nats);
      const askRaw = async (number: number): Promise<number> => {
        const answer = await raw.request(rawSubject, JSON.stringify({ type: 'Double', number }), {
          timeout: timeoutMs,
        });
        return (JSON.parse(answer.string()) as { readonly reply: number }).reply; // the answerer's
      };
      const askActor = async (number: number): Promise<number> => {
        const answer = await system.ask(doubler, `actor${number % outstanding}`, { type: 'Double', number });
        return answer.type === 'replied' ? answer.reply : NaN;
      };
      let [rawMs, actorMs] = [Infinity, Infinity];
      for (let round = 0; round < rounds; round++) {
        rawMs = Math.min(rawMs, await run(rawPerRound, askRaw));
        actorMs = Math.min(actorMs, await run(asksPerRound, askActor));
      }
      await system.stop();
      await nats.close();
      await raw.close();
      const reference = (rawPerRound * 1_000) / rawMs;
      const value = (asksPerRound * 1_000) / actorMs;
      const ratio = value / reference;
      return [
        {
          name: `remote: ${outstanding.toLocaleString('en-US')} outstanding`,
          value,
          unit: 'asks/s',
          reference,
          ratio,
          reach: `≥ ${reach}× NATS request/reply`,
          ok: ratio >= reach,
        },
      ];
    } finally {
      answerer.kill('SIGKILL');
      await server.stop();
    }
  },
};

export default benchmark;
