/** One socket: who it belongs to, what it has subscribed to, and the commands that it sends. */

import type { Gateway, GatewayApp } from '../gateway.ts';
import type { Principal } from '../permissions.ts';
import { call } from './calls.ts';
import { channelOf, sysChannelName } from './channels.ts';
import type { Hub } from './hub.ts';
import {
  callsMax,
  callTokenMs,
  commandsPerSecond,
  conflateMsDefault,
  conflateMsMax,
  conflateMsMin,
  connectTimeoutMs,
  expiryGraceMs,
  heartbeatMs,
  pingSeconds,
  pongTimeoutMs,
  subscriptionsMax,
} from './limits.ts';
import { Outgoing } from './outgoing.ts';
import {
  beginAgainText,
  disconnects,
  errorText,
  pingText,
  pushText,
  readFrame,
  replyErrors,
  replyText,
} from './protocol.ts';
import type { ClientCommand, Disconnect, ReplyError } from './protocol.ts';
import type { Wire } from './outgoing.ts';
import { openSubscription } from './subscription.ts';
import type { Subscription } from './subscription.ts';

/** A terminal subscribes to everything it shows at once when it comes, or comes back. */
const allowanceMax = commandsPerSecond + subscriptionsMax;

export interface SessionNeeds {
  readonly app: GatewayApp;
  readonly gateway: Gateway;
  readonly hub: Hub;
  readonly epoch: string;
  /** Counts the socket for its user; false: that user has too many. */
  readonly admit: (session: Session, principal: Principal) => boolean;
  readonly newClientId: () => string;
}

type TimerName = 'connect' | 'ping' | 'pong' | 'expiry' | 'heartbeat';

export interface SessionWire extends Wire {
  close(code: number, reason: string): void;
}

export class Session {
  readonly #wire: SessionWire;
  readonly #needs: SessionNeeds;
  readonly #ip: string;
  readonly #outgoing: Outgoing;
  readonly #subscriptions = new Map<string, Subscription | null>();
  /** The one of its kind: the name says what it is for. */
  readonly #timers = new Map<TimerName, () => void>();
  #principal: Principal | null = null;
  #isConnecting = false;
  /** What the client sends with its connect command, without waiting for the answer. */
  #early: ClientCommand[] = [];
  #isClosed = false;
  #allowance: number = allowanceMax;
  #allowanceAt: number;
  #calls = 0;
  /** For calls; null: none was needed yet. */
  #callToken: { readonly text: Promise<string>; readonly until: number } | null = null;

  constructor(wire: SessionWire, ip: string, needs: SessionNeeds) {
    const { clock } = needs.gateway.parts;
    this.#wire = wire;
    this.#ip = ip;
    this.#needs = needs;
    this.#outgoing = new Outgoing(wire, clock, () => this.disconnect(disconnects.slow));
    this.#allowanceAt = clock.now();
    this.#after('connect', connectTimeoutMs, () => this.disconnect(disconnects.stale));
  }

  get principal(): Principal | null {
    return this.#principal;
  }

  /** A frame from the client. */
  receive(text: string): void {
    if (this.#isClosed) return;
    const commands = readFrame(text);
    if (commands === null) {
      this.disconnect(disconnects.badRequest);
      return;
    }
    for (const command of commands) {
      if (this.#isClosed) return;
      this.#handle(command);
    }
  }

  disconnect({ code, reason }: Disconnect): void {
    if (this.#isClosed) return;
    this.#outgoing.write();
    this.ended();
    this.#wire.close(code, reason);
  }

  /** The socket has gone. */
  ended(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const cancel of this.#timers.values()) cancel();
    for (const subscription of this.#subscriptions.values()) subscription?.end();
    this.#subscriptions.clear();
    this.#outgoing.close();
  }

  #handle(command: ClientCommand): void {
    const { id } = command;
    if (!this.#mayCommand()) {
      this.disconnect(disconnects.tooManyRequests);
      return;
    }
    if (id === undefined) {
      // `{}` answers a ping; `send` has no answer, and nobody here listens to it.
      this.#cancel('pong');
      return;
    }
    if (command.connect !== undefined) {
      this.#owned(this.#connect(id, command.connect), id);
      return;
    }
    const principal = this.#principal;
    if (principal === null) {
      if (this.#isConnecting && this.#early.length < subscriptionsMax) this.#early.push(command);
      else this.disconnect(disconnects.badRequest);
      return;
    }
    this.#obey(id, command, principal);
  }

  #obey(id: number, command: ClientCommand, principal: Principal): void {
    if (command.subscribe !== undefined) this.#owned(this.#subscribe(id, command.subscribe, principal), id);
    else if (command.unsubscribe !== undefined) this.#unsubscribe(id, command.unsubscribe.channel);
    else if (command.rpc !== undefined) this.#owned(this.#call(id, command.rpc, principal), id);
    else if (command.refresh !== undefined) this.#owned(this.#refresh(id, command.refresh.token, principal), id);
    else if (command.ping !== undefined) this.#outgoing.send(replyText(id, { ping: {} }));
    else this.#refuse(id, replyErrors.notAvailable);
  }

  async #connect(id: number, { token = '', data }: NonNullable<ClientCommand['connect']>): Promise<void> {
    if (this.#isConnecting) {
      this.disconnect(disconnects.badRequest);
      return;
    }
    this.#isConnecting = true;
    const { gateway, admit, newClientId } = this.#needs;
    const ticket = (data as { readonly ticket?: unknown } | null | undefined)?.ticket; // of any shape
    const principal =
      typeof ticket === 'string' && token === ''
        ? await gateway.tickets.redeem(ticket)
        : token === ''
          ? null
          : await gateway.tokens.verify(token);
    if (this.#isClosed) return;
    if (principal === null) {
      // The client gets a new token and connects again, where it knows how.
      this.#refuse(id, replyErrors.tokenExpired);
      this.disconnect(disconnects.invalidToken);
      return;
    }
    if (!admit(this, principal)) {
      this.disconnect(disconnects.connectionLimit);
      return;
    }
    this.#cancel('connect');
    this.#principal = principal;
    this.#outgoing.send(
      replyText(id, {
        connect: {
          client: newClientId(),
          version: `xtrading ${gateway.parts.settings.version}`,
          ...this.#expiry(principal),
          ping: pingSeconds,
          pong: true,
          data: {
            serverTimeUs: String(gateway.parts.clock.now() * 1_000),
            limits: { subs: subscriptionsMax, inPerSec: commandsPerSecond },
          },
        },
      }),
    );
    this.#ping();
    for (const command of this.#early.splice(0)) this.#obey(command.id ?? 0, command, principal);
  }

  async #refresh(id: number, token: string, before: Principal): Promise<void> {
    const principal = await this.#needs.gateway.tokens.verify(token);
    if (this.#isClosed) return;
    if (principal === null || principal.userId !== before.userId) {
      this.#refuse(id, replyErrors.tokenExpired);
      return;
    }
    this.#principal = principal;
    this.#callToken = null;
    this.#outgoing.send(replyText(id, { refresh: this.#expiry(principal) }));
  }

  /** Tells the client when its token ends, and closes the socket a little later. */
  #expiry({ expiresAt }: Principal): { readonly expires: true; readonly ttl: number } {
    const leftMs = Math.max(1_000, expiresAt - this.#needs.gateway.parts.clock.now());
    this.#after('expiry', leftMs + expiryGraceMs, () => this.disconnect(disconnects.expired));
    return { expires: true, ttl: Math.ceil(leftMs / 1_000) };
  }

  async #subscribe(
    id: number,
    { channel: name, recover = false, epoch = '', offset = 0, data }: NonNullable<ClientCommand['subscribe']>,
    principal: Principal,
  ): Promise<void> {
    const { gateway, hub, epoch: journalEpoch } = this.#needs;
    const { system, clock } = gateway.parts;
    const channel = channelOf(name, principal, { system, now: () => clock.now() });
    const problem = this.#subscribeProblem(name, channel === null);
    if (problem !== null || channel === null) {
      this.#refuse(id, problem ?? replyErrors.unknownChannel);
      return;
    }
    if (!principal.permissions.has(channel.permission)) {
      this.#refuse(id, replyErrors.permissionDenied);
      return;
    }
    this.#subscriptions.set(name, null);
    const opened = await openSubscription(
      { channel, since: recover ? { offset, epoch } : null, conflateMs: paceOf(data) },
      { hub, outgoing: this.#outgoing, system, epoch: journalEpoch, onLost: () => this.#lose(name) },
    ).catch((error: unknown) => {
      this.#subscriptions.delete(name);
      throw error;
    });
    if ('error' in opened) {
      this.#subscriptions.delete(name);
      this.#refuse(id, opened.error);
      return;
    }
    // Left, or gone, while the snapshot was on its way.
    if (this.#isClosed || !this.#subscriptions.has(name)) {
      opened.subscription.end();
      return;
    }
    this.#subscriptions.set(name, opened.subscription);
    this.#outgoing.send(replyText(id, { subscribe: opened.result }));
    opened.begin();
    if (name === sysChannelName) this.#heartbeat();
  }

  /** Something of the channel is missing: the client is to ask for it. */
  #lose(name: string): void {
    const subscription = this.#subscriptions.get(name);
    if (subscription === undefined || subscription === null) return;
    subscription.end();
    this.#subscriptions.delete(name);
    this.#outgoing.send(beginAgainText(name));
  }

  /** How far the journal has come on each channel: a client that has less, and hears nothing, is mute. */
  #heartbeat(): void {
    const { gateway, hub } = this.#needs;
    this.#after('heartbeat', heartbeatMs, () => {
      if (!this.#subscriptions.has(sysChannelName)) return;
      const offsets: Record<string, number> = {};
      for (const channel of this.#subscriptions.keys()) {
        const top = hub.top(channel);
        if (top !== null) offsets[channel] = top;
      }
      const serverTimeUs = String(gateway.parts.clock.now() * 1_000);
      this.#outgoing.send(pushText(sysChannelName, { data: { serverTimeUs, offsets } }));
      this.#heartbeat();
    });
  }

  #subscribeProblem(name: string, isUnknown: boolean): ReplyError | null {
    if (isUnknown) return replyErrors.unknownChannel;
    if (this.#subscriptions.has(name)) return replyErrors.alreadySubscribed;
    return this.#subscriptions.size >= subscriptionsMax ? replyErrors.limitExceeded : null;
  }

  #unsubscribe(id: number, name: string): void {
    this.#subscriptions.get(name)?.end();
    this.#subscriptions.delete(name);
    this.#outgoing.send(replyText(id, { unsubscribe: {} }));
  }

  async #call(id: number, { method, data }: NonNullable<ClientCommand['rpc']>, principal: Principal): Promise<void> {
    if (this.#calls >= callsMax) {
      this.#refuse(id, replyErrors.tooManyRequests);
      return;
    }
    this.#calls++;
    try {
      const { app } = this.#needs;
      const token = await this.#tokenFor(principal);
      const outcome = await call(app, { method, data, token, ip: this.#ip });
      if ('error' in outcome) this.#refuse(id, outcome.error);
      else this.#outgoing.send(replyText(id, { rpc: { data: outcome.data } }));
    } finally {
      this.#calls--;
    }
  }

  /** The same for a while: a new one would have to be verified anew. */
  #tokenFor(principal: Principal): Promise<string> {
    const { parts, tokens } = this.#needs.gateway;
    const now = parts.clock.now();
    if (this.#callToken === null || this.#callToken.until <= now) {
      this.#callToken = { text: tokens.issue(principal), until: now + callTokenMs };
      // One that could not be signed is tried again with the next call.
      this.#callToken.text.catch(() => (this.#callToken = null));
    }
    return this.#callToken.text;
  }

  #refuse(id: number, error: ReplyError): void {
    this.#outgoing.send(errorText(id, error));
  }

  /** What fails on the way (an outage) is told; the command may be sent again. */
  #owned(work: Promise<void>, id: number): void {
    this.#needs.gateway.background.own(
      work.catch((error: unknown) => {
        this.#refuse(id, replyErrors.internal);
        throw error;
      }),
      'a command over a socket failed',
    );
  }

  #ping(): void {
    this.#after('ping', pingSeconds * 1_000, () => {
      this.#outgoing.send(pingText);
      this.#after('pong', pongTimeoutMs, () => this.disconnect(disconnects.noPong));
      this.#ping();
    });
  }

  #mayCommand(): boolean {
    const now = this.#needs.gateway.parts.clock.now();
    const earned = ((now - this.#allowanceAt) / 1_000) * commandsPerSecond;
    this.#allowance = Math.min(allowanceMax, this.#allowance + earned);
    this.#allowanceAt = now;
    if (this.#allowance < 1) return false;
    this.#allowance--;
    return true;
  }

  #after(name: TimerName, ms: number, call_: () => void): void {
    const { clock } = this.#needs.gateway.parts;
    this.#cancel(name);
    this.#timers.set(name, clock.at(clock.now() + ms, call_));
  }

  #cancel(name: TimerName): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}

/** `{ "policy": "conflate", "ms": 100 }`: how often a client wants what is conflated. */
const paceOf = (data: unknown): number => {
  const ms = (data as { readonly ms?: unknown } | null | undefined)?.ms; // of any shape
  return typeof ms === 'number' && ms >= conflateMsMin && ms <= conflateMsMax ? Math.round(ms) : conflateMsDefault;
};
