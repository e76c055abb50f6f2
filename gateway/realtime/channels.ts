/** The channels: what each needs of whoever subscribes, and the snapshot that a subscription begins with. */

import { accountKind, backtestKind, batchKind, deploymentKind, inboxKind, marketKind, symbolKind } from '#actors';
import type { ActorSystem, Answer, AnyKind, Position } from '#actors';
import type { Permission } from '../permissions.ts';
import { owns } from '../permissions.ts';
import type { Principal } from '../permissions.ts';
import { onWire } from '../wire.ts';

export interface Snapshot {
  readonly data: unknown;
  /** The actor's sequence number that the data have reached; null for channels without a journal. */
  readonly offset: number | null;
}

/** Tells nothing of the market, but whether the others are told: see the session's heartbeat. */
export const sysChannelName = 'sys';

/** What a channel's name stands for. */
export interface Channel {
  readonly name: string;
  readonly permission: Permission;
  /** The actor in whose journal its publications are; null: volatile, nothing to recover. */
  readonly source: { readonly kind: AnyKind; readonly id: string } | null;
  /** The newest state; null when there is no such thing, or it is somebody else's. */
  readonly snapshot: () => Promise<Snapshot | null>;
}

export interface ChannelNeeds {
  readonly system: ActorSystem;
  /** Milliseconds UTC. */
  readonly now: () => number;
}

/** Ids and symbols as routes take them: what is none would only be asked for in the journal, which can't even hold it. */
const nameForm = /^[A-Za-z0-9_.-]{1,120}(:[A-Za-z0-9_.-]{1,120}){0,2}$/;

/** The channel of that name for that principal; null when there is none of that form. */
export const channelOf = (name: string, principal: Principal, needs: ChannelNeeds): Channel | null => {
  if (!nameForm.test(name)) return null;
  const [service = '', first = '', second = '', ...more] = name.split(':');
  if (more.length > 0 || first === '') return name === sysChannelName ? sysChannel(needs) : null;
  switch (service) {
    case 'backtest':
      return second === '' ? ownedByView(name, backtestKind, first, { type: 'GetBacktest' }, principal, needs) : null;
    case 'batch':
      return second === '' ? ownedByView(name, batchKind, first, { type: 'GetBatch' }, principal, needs) : null;
    case 'acct':
      return second === 'orders' ? accountChannel(name, first, principal, needs) : null;
    case 'deployment':
      return second === '' ? deploymentChannel(name, first, principal, needs) : null;
    case 'inbox':
      return second === '' ? inboxChannel(name, first, principal, needs) : null;
    case 'md':
      return first === 'quote' || first === 'bar' ? marketChannel(name, second, needs) : null;
    default:
      return null;
  }
};

const sysChannel = ({ now }: ChannelNeeds): Channel => ({
  name: sysChannelName,
  permission: 'profile:read',
  source: null,
  snapshot: () => Promise.resolve({ data: { serverTimeUs: String(now() * 1_000) }, offset: null }),
});

const ownedByView = (
  name: string,
  kind: typeof backtestKind | typeof batchKind,
  id: string,
  command: { readonly type: 'GetBacktest' } | { readonly type: 'GetBatch' },
  principal: Principal,
  { system }: ChannelNeeds,
): Channel => ({
  name,
  permission: 'backtests:read',
  source: { kind, id },
  async snapshot() {
    const answer = (await system.ask(kind as AnyKind, id, command)) as Answer<{ readonly owner: string }, unknown>; // both views name their owner
    if (answer.type === 'refused' || answer.reply.owner !== principal.userId) return null;
    return { data: onWire(answer.reply), offset: answer.position.seq };
  },
});

const accountChannel = (name: string, id: string, principal: Principal, { system }: ChannelNeeds): Channel => ({
  name,
  permission: 'trading:read',
  source: { kind: accountKind, id },
  async snapshot() {
    if (!owns(principal, id)) return null;
    const [account, orders] = await Promise.all([
      system.ask(accountKind, id, { type: 'GetAccount' }),
      system.ask(accountKind, id, { type: 'GetOpenOrders' }),
    ]);
    if (account.type === 'refused' || orders.type === 'refused') return null;
    // Of two readings the older: what is told again changes nothing, its publications are absolute.
    return {
      data: onWire({ account: account.reply, orders: orders.reply }),
      offset: Math.min(seqOf(account.position), seqOf(orders.position)),
    };
  },
});

const seqOf = ({ seq }: Position): number => seq;

const deploymentChannel = (name: string, id: string, principal: Principal, { system }: ChannelNeeds): Channel => ({
  name,
  permission: 'trading:read',
  source: { kind: deploymentKind, id },
  async snapshot() {
    if (!owns(principal, id)) return null;
    const answer = await system.ask(deploymentKind, id, { type: 'GetDeployment' });
    return answer.type === 'refused' ? null : { data: onWire(answer.reply), offset: answer.position.seq };
  },
});

const inboxChannel = (name: string, id: string, principal: Principal, { system }: ChannelNeeds): Channel => ({
  name,
  permission: 'notifications:read',
  source: { kind: inboxKind, id },
  async snapshot() {
    if (id !== principal.userId) return null;
    const answer = await system.ask(inboxKind, id, { type: 'GetInbox' });
    return answer.type === 'refused' ? null : { data: onWire(answer.reply), offset: answer.position.seq };
  },
});

const marketChannel = (name: string, symbol: string, { system }: ChannelNeeds): Channel => ({
  name,
  permission: 'market:read',
  source: null,
  async snapshot() {
    const listed = await system.ask(symbolKind, symbol, { type: 'GetSymbol' });
    if (listed.type === 'refused') return null;
    const answer = await system.ask(marketKind, symbol, { type: 'GetMarket' });
    return answer.type === 'refused' ? null : { data: onWire(answer.reply), offset: null };
  },
});
