import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Outage, userKind } from '#actors';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
let admin: LoggedInUser;
let ada: LoggedInUser;
let eve: LoggedInUser;

beforeEach(async () => {
  gateway = await startTestGateway();
  admin = await gateway.userWith('admin', 'root');
  ada = await gateway.userWith('quant', 'ada');
  eve = await gateway.userWith('viewer', 'eve');
});
afterEach(async () => await gateway.stop());

interface Notification {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
}

const send = async (body: object, { headers }: { readonly headers: Record<string, string> } = admin) =>
  await gateway.call('POST', '/notifications/send', { headers, body: { title: 'Hello', text: 'World', ...body } });

/** Messages alone: who got another role was told so. */
const inboxOf = async ({ headers }: LoggedInUser, query = ''): Promise<readonly Notification[]> => {
  const answer = await gateway.call('GET', `/notifications${query}`, { headers });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ data: Notification[] }>().data.filter(({ kind }) => kind === 'message');
};

describe('a message', () => {
  test('goes to one user', async () => {
    const answer = await send({ to: { userId: ada.id } });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({ recipients: 1 });
    const [message] = await inboxOf(ada);
    expect(message).toMatchObject({
      kind: 'message',
      title: 'Hello',
      text: 'World',
      about: { from: admin.id },
      readAt: null,
    });
    expect(await inboxOf(eve)).toEqual([]);
  });

  test('goes to all of a role', async () => {
    expect((await send({ to: { role: 'viewer' } })).json()).toEqual({ recipients: 1 });
    expect(await inboxOf(eve)).toHaveLength(1);
    expect(await inboxOf(ada)).toEqual([]);
  });

  test('goes to all who are not disabled', async () => {
    await gateway.system.ask(userKind, ada.id, { type: 'DisableUser', by: admin.id });
    expect((await send({ to: 'all' })).json()).toEqual({ recipients: 2 });
    expect(await inboxOf(eve)).toHaveLength(1);
  });

  test('goes to each once, also when it was sent again after a failure in the midst', async () => {
    const headers = { ...admin.headers, 'idempotency-key': 'news' };
    const ask = gateway.system.ask.bind(gateway.system);
    // The second inbox is away for a moment.
    gateway.system.ask = async (kind, id, ...rest) => {
      if (kind.name === 'inbox' && id === ada.id) throw new Outage('storage-away', 'For a moment.');
      return await ask(kind, id, ...rest);
    };
    expect((await send({ to: 'all' }, { headers })).statusCode).toBe(503);
    gateway.system.ask = ask;
    expect((await send({ to: 'all' }, { headers })).json()).toEqual({ recipients: 3 });
    for (const user of [admin, ada, eve]) expect(await inboxOf(user)).toHaveLength(1);
  });

  test.each([
    [{ to: 'some' }, 400, 'request-invalid'],
    [{ to: { role: 'king' } }, 400, 'request-invalid'],
    [{ to: 'all', title: '' }, 400, 'request-invalid'],
    [{ to: { userId: 'nobody' } }, 404, 'user-unknown'],
  ])('is refused as %j', async (body, status, code) => {
    expect((await send(body)).json()).toMatchObject({ status, code });
  });

  test('comes from administrators alone', async () => {
    expect((await send({ to: 'all' }, ada)).json()).toMatchObject({ status: 403, code: 'forbidden' });
  });
});

describe('an inbox', () => {
  const markRead = async (ids: unknown, user = ada) =>
    await gateway.call('POST', '/notifications/mark-read', { headers: user.headers, body: { ids } });

  test('knows what was read', async () => {
    for (const title of ['One', 'Two', 'Three']) {
      await send({ to: { userId: ada.id }, title });
      gateway.clock.advance(1);
    }
    const [three, two] = await inboxOf(ada);
    expect(three?.title).toBe('Three');
    expect((await markRead([two?.id])).json()).toEqual({ marked: 1, unread: 2 });
    expect((await inboxOf(ada, '?unread=false')).map(({ title }) => title)).toEqual(['Two']);
    expect((await inboxOf(ada, '?unread=true')).map(({ title }) => title)).toEqual(['Three', 'One']);
    expect((await markRead('all')).json()).toEqual({ marked: 2, unread: 0 });
    expect(await inboxOf(ada, '?unread=true')).toEqual([]);
  });

  test("takes no notification that is somebody else's", async () => {
    await send({ to: { userId: ada.id } });
    const [message] = await inboxOf(ada);
    expect((await markRead([message?.id], eve)).json()).toMatchObject({ status: 404, code: 'notification-unknown' });
  });

  test.each([[[]], ['none'], [[1]], [undefined]])('refuses to mark %j', async (ids) => {
    expect((await markRead(ids)).statusCode).toBe(400);
  });
});
