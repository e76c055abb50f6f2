/** A node of a cluster with nothing but purses, told what to do by its parent: for tests that kill and freeze it. */

import { purse } from './purses.ts';
import { startMember } from './start-member.ts';

export interface NodeOptions {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly node: string;
  readonly leaseMs: number;
  readonly roles: readonly string[];
  readonly version: string;
  readonly settleMs: number;
  readonly movesPerRound: number;
  /** How far its clock is ahead. */
  readonly skewMs: number;
}

export type ToNode =
  | {
      readonly type: 'ask';
      readonly ask: number;
      readonly id: string;
      readonly command: object;
      readonly commandId: string | null;
      readonly timeoutMs: number;
    }
  | { readonly type: 'view'; readonly ask: number }
  | { readonly type: 'block'; readonly ms: number }
  | { readonly type: 'drain'; readonly node: string; readonly isLeaving: boolean }
  | { readonly type: 'stop' };

export type FromNode =
  | { readonly type: 'ready'; readonly incarnation: string }
  | { readonly type: 'answer'; readonly ask: number; readonly ok: unknown; readonly error: string | null }
  | { readonly type: 'event'; readonly event: unknown };

/** With which it ends when it has lost its lease. */
export const lostExitCode = 3;

const main = async (options: NodeOptions): Promise<void> => {
  const { databaseUrl, natsUrl, node, leaseMs, roles, version, settleMs, movesPerRound, skewMs } = options;
  const now = Date.now.bind(Date);
  Date.now = () => now() + skewMs;
  // Without its parent nobody would end it.
  process.on('disconnect', () => process.exit(0));
  const say = (message: FromNode): void => {
    process.send?.(message);
  };
  const report = (event: unknown): void =>
    say({ type: 'event', event: JSON.parse(JSON.stringify(event, withMessages)) });
  const { system, cluster, stop } = await startMember({
    databaseUrl,
    natsUrl,
    facts: { node, roles, version },
    leaseMs,
    kinds: [purse],
    placement: { movesPerRound, settleMs, isRebalancing: true },
    report,
    reportCluster: report,
    onEscalation: () => process.exit(lostExitCode),
  });
  process.on('message', (message: ToNode) => {
    if (message.type === 'stop') void stop().then(() => process.exit(0));
    else if (message.type === 'drain') void cluster.drain(message.node, message.isLeaving);
    else if (message.type === 'view')
      say({ type: 'answer', ask: message.ask, ok: JSON.parse(JSON.stringify(cluster.view())), error: null });
    else if (message.type === 'block') {
      const until = performance.now() + message.ms;
      while (performance.now() < until);
    } else {
      const { ask, id, command, commandId, timeoutMs } = message;
      const once = { timeoutMs, ...(commandId === null ? {} : { commandId }) };
      system.ask(purse, id, command as never, once).then(
        (answer) => say({ type: 'answer', ask, ok: answer, error: null }),
        (error: unknown) =>
          say({
            type: 'answer',
            ask,
            ok: null,
            error: error instanceof Error && 'code' in error ? String(error.code) : String(error),
          }),
      );
    }
  });
  say({ type: 'ready', incarnation: cluster.incarnation });
};

/** Errors are written as nothing otherwise. */
const withMessages = (_key: string, value: unknown): unknown => (value instanceof Error ? String(value) : value);

const [, file, given] = process.argv;
// The parent's, as JSON.
if (import.meta.filename === file && given !== undefined) await main(JSON.parse(given) as NodeOptions);
