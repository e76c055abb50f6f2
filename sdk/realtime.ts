/**
 * Live data over the stock `centrifuge` client. A subscription begins with a snapshot and goes on with
 * publications; after a broken connection the missed ones follow, or a new snapshot where they can't.
 */

import { Centrifuge, State, UnauthorizedError } from 'centrifuge';
import type { PublicationContext, Subscription } from 'centrifuge';
import type {
  Account,
  AccountEvent,
  Backtest,
  BacktestEvent,
  Batch,
  BatchEvent,
  CheckOutcome,
  Deployment,
  DeploymentEvent,
  InboxEvent,
  LiveBar,
  Market,
  NewBacktest,
  NewDeployment,
  NewOrder,
  Notification,
  Order,
  Quote,
} from './api-types.ts';
import { ApiProblem, Unreachable } from './api-problem.ts';
import { newKey } from './calls.ts';
import { SignedOut } from './session.ts';

/** `offline`: it will not come back by itself. */
export type ConnectionState = 'live' | 'connecting' | 'offline';

export interface Listener<Snapshot, Publication> {
  /** The state from which publications go on. Comes again whenever something was missed for good. */
  readonly onSnapshot?: (snapshot: Snapshot) => void;
  readonly onPublication: (publication: Publication) => void;
  /** The server does not give it: no such channel, no permission. */
  readonly onRefused?: (reason: string) => void;
}

export interface RealtimeOptions {
  /** `wss://trading.example.org/connection/websocket`. */
  readonly url: string;
  readonly accessToken: () => Promise<string>;
  readonly onState?: (state: ConnectionState) => void;
}

/** What may be asked for over the socket, as over REST. */
interface RealtimeCalls {
  readonly 'order.place': { readonly given: NewOrder; readonly answer: Order };
  readonly 'order.amend': {
    readonly given: { readonly orderId: string; readonly quantity?: string; readonly limitPrice?: string };
    readonly answer: Order;
  };
  readonly 'order.cancel': { readonly given: { readonly orderId: string }; readonly answer: Order | null };
  readonly 'order.cancelAll': {
    readonly given: { readonly accountId: string; readonly symbol?: string };
    readonly answer: { readonly cancelled: number };
  };
  readonly 'strategy.test': { readonly given: { readonly strategyId: string }; readonly answer: CheckOutcome };
  readonly 'deployment.start': {
    readonly given: NewDeployment & { readonly strategyId: string };
    readonly answer: Deployment;
  };
  readonly 'deployment.pause': { readonly given: { readonly deploymentId: string }; readonly answer: Deployment };
  readonly 'deployment.resume': { readonly given: { readonly deploymentId: string }; readonly answer: Deployment };
  readonly 'deployment.stop': { readonly given: { readonly deploymentId: string }; readonly answer: Deployment };
  readonly 'backtest.submit': { readonly given: NewBacktest; readonly answer: Backtest | Batch };
  readonly 'backtest.cancel': { readonly given: { readonly backtestId: string }; readonly answer: Backtest | Batch };
  readonly 'notifications.markRead': {
    readonly given: { readonly ids: readonly string[] | 'all' };
    readonly answer: { readonly marked: number; readonly unread: number };
  };
}

export class Realtime {
  readonly #centrifuge: Centrifuge;

  constructor({ url, accessToken, onState }: RealtimeOptions) {
    this.#centrifuge = new Centrifuge(url, {
      async getToken() {
        try {
          return await accessToken();
        } catch (error) {
          // Tells the client that trying again is of no use.
          if (error instanceof SignedOut) throw new UnauthorizedError('signed out');
          throw error;
        }
      },
    });
    this.#centrifuge.on('state', ({ newState }) => onState?.(stateOf(newState)));
    // Without a listener, errors of the connection would be thrown; `state` says what follows from them.
    this.#centrifuge.on('error', () => undefined);
  }

  connect(): void {
    this.#centrifuge.connect();
  }

  close(): void {
    // First the socket: the server may have closed it already, and nothing can be said on it any more.
    this.#centrifuge.disconnect();
    for (const subscription of Object.values(this.#centrifuge.subscriptions())) this.#end(subscription);
  }

  /**
   * Asks over the socket, under a key of its own: it is done once. Rejects with `ApiProblem` when the server
   * refuses, and with `Unreachable` when it is not known what came of it.
   */
  async call<Method extends keyof RealtimeCalls>(
    method: Method,
    given: RealtimeCalls[Method]['given'],
  ): Promise<RealtimeCalls[Method]['answer']> {
    try {
      const { data } = await this.#centrifuge.rpc(method, { ...given, idempotencyKey: newKey() });
      return data as RealtimeCalls[Method]['answer']; // as the REST route of the same purpose answers
    } catch (error) {
      throw refusalOf(error);
    }
  }

  quotes(symbol: string, listener: Listener<Market, Quote>): () => void {
    return this.#subscribe(`md:quote:${symbol}`, listener);
  }

  bars(symbol: string, listener: Listener<Market, LiveBar>): () => void {
    return this.#subscribe(`md:bar:${symbol}`, listener);
  }

  account(
    id: string,
    listener: Listener<{ readonly account: Account; readonly orders: readonly Order[] }, AccountEvent>,
  ): () => void {
    return this.#subscribe(`acct:${id}:orders`, listener);
  }

  deployment(id: string, listener: Listener<Deployment, DeploymentEvent>): () => void {
    return this.#subscribe(`deployment:${id}`, listener);
  }

  backtest(id: string, listener: Listener<Omit<Backtest, 'kind'>, BacktestEvent>): () => void {
    return this.#subscribe(`backtest:${id}`, listener);
  }

  batch(id: string, listener: Listener<Omit<Batch, 'kind'>, BatchEvent>): () => void {
    return this.#subscribe(`batch:${id}`, listener);
  }

  inbox(
    userId: string,
    listener: Listener<{ readonly unread: number; readonly latest: readonly Notification[] }, InboxEvent>,
  ): () => void {
    return this.#subscribe(`inbox:${userId}`, listener);
  }

  /** The types are those that the server promises for the channel. One subscription a channel. */
  #subscribe<Snapshot, Publication>(channel: string, listener: Listener<Snapshot, Publication>): () => void {
    const subscription = this.#centrifuge.newSubscription(channel);
    const { onSnapshot, onPublication, onRefused } = listener;
    let reached: number | null = null;
    subscription.on('subscribed', ({ recovered, data, streamPosition }) => {
      reached = streamPosition?.offset ?? null;
      // What was recovered comes as publications, which go on from the state that there is.
      if (!recovered && data !== undefined) onSnapshot?.(data as Snapshot);
    });
    subscription.on('publication', (publication) => {
      if (isAfterGap(publication, reached)) {
        subscription.unsubscribe();
        subscription.subscribe();
        return;
      }
      reached = publication.offset ?? reached;
      onPublication(publication.data as Publication);
    });
    subscription.on('unsubscribed', ({ code, reason }) => {
      if (code >= refusedFrom) onRefused?.(reason);
    });
    subscription.on('error', () => undefined);
    subscription.subscribe();
    return () => this.#end(subscription);
  }

  #end(subscription: Subscription): void {
    subscription.unsubscribe();
    subscription.removeAllListeners();
    this.#centrifuge.removeSubscription(subscription);
  }
}

/** Refusals come as 4,000 and the HTTP status, with `code: what is wrong` as their message. */
const refusedCodeFrom = 4_400;

const refusalOf = (error: unknown): Error => {
  const { code = 0, message = '' } = error as { readonly code?: number; readonly message?: string }; // the client's own form
  if (code < refusedCodeFrom) return new Unreachable(error);
  const [, name = 'unknown', detail = ''] = /^([a-z0-9-]+)(?:: (.*))?$/s.exec(message) ?? [];
  const status = code - 4_000;
  return new ApiProblem({ type: 'about:blank', title: detail, status, code: name, detail, traceId: '', errors: [] });
};

/** Codes below are the client's own: it was unsubscribed on purpose. */
const refusedFrom = 100;

/** Offsets have holes as seen from one channel, so each publication names the one before it. */
const isAfterGap = ({ tags }: PublicationContext, reached: number | null): boolean => {
  const previous = tags?.['prev'];
  return reached !== null && previous !== undefined && Number(previous) > reached;
};

const stateOf = (state: State): ConnectionState => {
  if (state === State.Connected) return 'live';
  return state === State.Connecting ? 'connecting' : 'offline';
};
