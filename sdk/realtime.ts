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
  InboxEvent,
  LiveBar,
  Market,
  Notification,
  Order,
  Quote,
} from './api-types.ts';
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
    for (const subscription of Object.values(this.#centrifuge.subscriptions())) this.#end(subscription);
    this.#centrifuge.disconnect();
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
