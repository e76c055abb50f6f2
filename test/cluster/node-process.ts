/** Nodes as processes of their own, for tests: asked over their channel to the parent, killed, frozen and blocked. */

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClusterView } from '#cluster';
import type { FromNode, NodeOptions, ToNode } from './node-program.ts';

export interface NodeProcess {
  readonly node: string;
  readonly incarnation: string;
  readonly process: ChildProcess;
  readonly events: readonly { readonly type: string }[];
  /** Rejects with the code of the outage. */
  ask<Reply>(id: string, command: object, options?: { commandId?: string; timeoutMs?: number }): Promise<Reply>;
  view(): Promise<ClusterView>;
  tell(message: ToNode): void;
  kill(): Promise<void>;
  freeze(): void;
  wake(): void;
  /** In order, as SIGTERM does. */
  stop(): Promise<void>;
  readonly hasEnded: boolean;
  /** Resolves with the code that it has ended with; null for a signal. */
  readonly ended: Promise<number | null>;
}

const program = fileURLToPath(new URL('node-program.ts', import.meta.url));

export const startNode = async (options: NodeOptions): Promise<NodeProcess> => {
  const child = fork(program, [JSON.stringify(options)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve: (ok: unknown) => void; reject: (error: Error) => void }>();
  const events: { type: string }[] = [];
  const ready = Promise.withResolvers<string>();
  let asks = 0;
  const end = (): void => {
    ready.reject(new Error(`${options.node} ended before it was ready.`));
    for (const { reject } of waiting.values()) reject(new Error('node-gone'));
    waiting.clear();
  };
  child.once('exit', end);
  child.on('message', (message: FromNode) => {
    if (message.type === 'ready') ready.resolve(message.incarnation);
    else if (message.type === 'event') events.push(message.event as { type: string });
    else {
      const asked = waiting.get(message.ask);
      waiting.delete(message.ask);
      if (message.error === null) asked?.resolve(message.ok);
      else asked?.reject(new Error(message.error));
    }
  });
  const send = (message: ToNode): void => {
    // Where it has just ended, whoever waits hears so.
    if (child.connected) child.send(message, () => {});
  };
  const answered = <T>(message: (ask: number) => ToNode): Promise<T> =>
    new Promise((resolve, reject) => {
      const ask = ++asks;
      if (!child.connected) {
        reject(new Error('node-gone'));
        return;
      }
      waiting.set(ask, { resolve: resolve as (ok: unknown) => void, reject });
      send(message(ask));
    });
  const ended = once(child, 'exit').then(([code]) => code as number | null); // what the event gives
  const incarnation = await ready.promise;
  const gone = async (): Promise<void> => {
    await ended;
  };
  return {
    node: options.node,
    incarnation,
    process: child,
    events,
    ask: async <Reply>(
      id: string,
      command: object,
      { commandId, timeoutMs = 10_000 }: { commandId?: string; timeoutMs?: number } = {},
    ) => {
      const answer = await answered<{ readonly reply: Reply }>((ask) => ({
        type: 'ask',
        ask,
        id,
        command,
        commandId: commandId ?? null,
        timeoutMs,
      }));
      return answer.reply;
    },
    view: () => answered((ask) => ({ type: 'view', ask })),
    tell: send,
    async kill() {
      child.kill('SIGKILL');
      await gone();
    },
    freeze: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
    async stop() {
      send({ type: 'stop' });
      await gone();
    },
    get hasEnded() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    ended,
  };
};
