/** Sockets where publications come from other nodes, and some never arrive. */

import { Centrifuge } from 'centrifuge';
import type { PublicationContext, SubscribedContext } from 'centrifuge';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { inboxKind, symbolKind, userKind } from '#actors';
import { LossyBus } from '../testing/lossy-bus.ts';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';
import { replayedMax } from './limits.ts';

let bus: LossyBus;
let gateway: TestGateway;
let user: LoggedInUser;
let client: Centrifuge;

beforeEach(async () => {
  bus = new LossyBus();
  gateway = await startTestGateway({ parts: { publications: bus } });
  bus.follow(gateway.bus, ['inbox', 'md', 'user']);
  await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const address = gateway.app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the gateway listens on a port');
  user = await gateway.userWith('quant');
  client = new Centrifuge(`ws://127.0.0.1:${address.port}/connection/websocket`, {
    token: user.accessToken,
    websocket: WebSocket,
  });
  client.connect();
  await client.ready(5_000);
});
afterEach(async () => {
  vi.restoreAllMocks();
  client.disconnect();
  await gateway.stop();
});

const notify = (title: string) =>
  gateway.system.ask(inboxKind, user.id, { type: 'Notify', kind: 'message', title, text: title, about: {} });

/** What is published of it never comes. */
const notifyUnheard = async (title: string): Promise<void> => {
  bus.isCut = true;
  await notify(title);
  bus.isCut = false;
};

const titleOf = ({ data }: PublicationContext): string =>
  (data as { readonly notification: { readonly title: string } }).notification.title;

/** A subscription that has begun: the titles that it was told, and how often it began. */
const watching = async (channel = `inbox:${user.id}`) => {
  const subscription = client.newSubscription(channel);
  const publications: PublicationContext[] = [];
  const begun: SubscribedContext[] = [];
  subscription.on('publication', (publication) => publications.push(publication));
  subscription.on('subscribed', (context) => begun.push(context));
  subscription.subscribe();
  await subscription.ready(5_000);
  return { publications, begun, titles: () => publications.map(titleOf) };
};

describe('a channel with a journal', () => {
  test('tells what was lost before what comes next', async () => {
    const { publications, begun, titles } = await watching();
    await notify('heard');
    await notifyUnheard('lost 1');
    await notifyUnheard('lost 2');
    await notify('heard again');
    await expect.poll(titles).toEqual(['heard', 'lost 1', 'lost 2', 'heard again']);
    for (const [place, { offset = 0, tags }] of publications.entries()) {
      const before = publications[place - 1]?.offset ?? begun[0]?.streamPosition?.offset ?? 0;
      expect(Number(tags?.['prev'])).toBeLessThanOrEqual(before);
      expect(offset).toBeGreaterThan(before);
    }
    expect(begun).toHaveLength(1);
  });

  test('asks the journal after the bus was away, though nothing comes', async () => {
    const { titles } = await watching();
    await notifyUnheard('lost');
    bus.mend();
    await expect.poll(titles).toEqual(['lost']);
    bus.mend();
    await notify('next');
    await expect.poll(titles).toEqual(['lost', 'next']);
  });

  test('does not ask the journal while each publication follows the one before', async () => {
    const { titles } = await watching();
    const asked = vi.spyOn(gateway.system, 'publicationsAfter');
    for (const title of ['a', 'b', 'c']) await notify(title);
    await expect.poll(titles).toEqual(['a', 'b', 'c']);
    expect(asked).not.toHaveBeenCalled();
  });

  test('holds what comes while the journal is read, and tells it once', async () => {
    const { titles } = await watching();
    const publicationsAfter = gateway.system.publicationsAfter.bind(gateway.system);
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    const asked = vi.spyOn(gateway.system, 'publicationsAfter').mockImplementation(async (...given) => {
      const found = await publicationsAfter(...given);
      await mayAnswer;
      return found;
    });
    await notifyUnheard('lost');
    await notify('found');
    await expect.poll(() => asked.mock.calls.length).toBe(1);
    await notify('meanwhile');
    await notifyUnheard('lost meanwhile');
    await notify('after it');
    answer();
    await expect.poll(titles).toEqual(['lost', 'found', 'meanwhile', 'lost meanwhile', 'after it']);
    expect(asked.mock.calls.length).toBe(2);
  });

  test('has its clients begin again where the journal does not answer', async () => {
    const { begun, titles } = await watching();
    vi.spyOn(gateway.system, 'publicationsAfter').mockRejectedValueOnce(new Error('away'));
    await notifyUnheard('lost');
    await notify('heard');
    await expect.poll(titles).toEqual(['lost', 'heard']);
    expect(begun.map(({ recovered }) => recovered)).toEqual([false, true]);
  });

  test('has its clients take a new snapshot where too much is missing', async () => {
    const { begun, titles } = await watching();
    bus.isCut = true;
    for (let count = 0; count <= replayedMax; count++) await notify('lost');
    bus.isCut = false;
    await notify('heard');
    await expect.poll(() => begun.length).toBe(2);
    expect(begun[1]).toMatchObject({
      recovered: false,
      data: { latest: expect.arrayContaining([expect.objectContaining({ title: 'heard' })]) },
    });
    expect(titles()).toEqual([]);
  });

  test('is told whole to a subscription that begins while publications are lost', async () => {
    const ask = gateway.system.ask.bind(gateway.system);
    vi.spyOn(gateway.system, 'ask').mockImplementation(async (...question) => {
      const answer = await ask(...question);
      if ((question[2] as { readonly type: string }).type === 'GetInbox') {
        await notifyUnheard('lost');
        await notify('heard');
      }
      return answer;
    });
    const { begun, titles } = await watching();
    expect(begun[0]).toMatchObject({ data: { unread: 0 } });
    await expect.poll(titles).toEqual(['lost', 'heard']);
  });
});

test('a socket ends whose session was closed while the bus was away', async () => {
  const closed = new Promise<{ readonly code: number }>((resolve) => client.on('disconnected', resolve));
  bus.isCut = true;
  await gateway.system.ask(userKind, user.id, { type: 'RevokeSessions' });
  bus.mend();
  expect((await closed).code).toBe(3503);
});

describe('a channel without a journal', () => {
  test('begins again with the newest state after the bus was away', async () => {
    await gateway.system.ask(symbolKind, 'BTC-USD', { type: 'ListSymbol' });
    const { begun } = await watching('md:quote:BTC-USD');
    const sys = await watching('sys');
    bus.mend();
    await expect.poll(() => begun.length).toBe(2);
    expect(sys.begun).toHaveLength(1);
  });
});
