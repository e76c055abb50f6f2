import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyKind } from '#actors';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

let isMended = false;

/** Tells others, and can't take what it is told until it is mended. */
const clerk = {
  name: 'clerk',
  durability: 'journal',
  initialState: () => 0,
  decide: {
    Tell: ({ ids }: { readonly ids: readonly string[] }) => ({
      events: [{ type: 'Told' }],
      reply: null,
      send: ids.map((id) => ({ to: { kind: 'clerk', id }, command: { type: 'Hear', secret: 'of nobody else' } })),
    }),
    Hear: () => {
      if (!isMended) throw new Error('The desk is full.');
      return { events: [{ type: 'Heard' }], reply: null };
    },
  },
  evolve: (count: number) => count + 1,
} as const satisfies AnyKind;

interface Message {
  readonly id: string;
  readonly delivery: { readonly attempts: number; readonly nextAttemptAt: string | null } | null;
}
interface Listed {
  readonly total: number;
  readonly data: readonly Message[];
  readonly nextAfter: number | null;
}

const mail = () => ({ sent: 3, failedAttempts: 9, givenUp: 1, lastFailure: { code: 'EAUTH 535', at: 0 } });

let gateway: TestGateway;
let admin: LoggedInUser;
beforeAll(async () => {
  gateway = await startTestGateway({ kinds: [clerk], parts: { mail } });
  admin = await gateway.userWith('admin');
});
afterAll(async () => await gateway.stop());

/** The kind takes what it is told. */
const tell = async (id: string, command: object) => await gateway.system.ask(clerk, id, command as never);

const page = async (query = ''): Promise<Listed> =>
  (await gateway.call('GET', `/system/outbox${query}`, { headers: admin.headers })).json<Listed>();
const retry = async (id: string, { headers } = admin) =>
  await gateway.call('POST', `/system/outbox/${id}/retry`, { headers });

describe('an administrator', () => {
  test('sees in pages the messages that wait, without what they say, and has one tried at once', async () => {
    expect(await page()).toMatchObject({ total: 0, data: [], nextAfter: null });
    for (const id of ['b', 'c', 'd']) {
      await expect(tell(id, { type: 'Hear' })).rejects.toMatchObject({ code: 'quarantined' });
    }
    await tell('a', { type: 'Tell', ids: ['b', 'c', 'd'] });
    for (const id of ['b', 'c', 'd']) await gateway.untilReported('delivery-failed', ({ to }) => to.id === id);
    const first = await page('?limit=2');
    const lastFailure = { code: 'quarantined', message: expect.any(String), at: expect.any(String) };
    expect(first).toMatchObject({
      total: 3,
      data: [
        {
          recipient: { kind: 'clerk', id: 'b' },
          command: 'Hear',
          since: expect.stringMatching(/Z$/),
          delivery: { attempts: 1, lastFailure, nextAttemptAt: expect.stringMatching(/Z$/) },
        },
        { recipient: { id: 'c' } },
      ],
      nextAfter: expect.any(Number),
    });
    expect(JSON.stringify(first)).not.toContain('of nobody else');
    expect(await page(`?limit=2&after=${first.nextAfter}`)).toMatchObject({
      total: 3,
      data: [{ recipient: { id: 'd' } }],
      nextAfter: null,
    });
    const { body } = await gateway.app.inject('/metrics');
    expect(body).toContain('outbox_messages_waiting 3');
    expect(body).toContain('outbox_oldest_seconds 0');

    isMended = true;
    await gateway.system.operator.retry({ kind: 'clerk', id: 'b' });
    const id = first.data[0]?.id ?? '';
    const tried = await retry(id);
    expect(tried.statusCode, tried.body).toBe(202);
    expect(tried.json()).toMatchObject({ id, recipient: { id: 'b' }, command: 'Hear' });
    await gateway.journal.until(() => gateway.journal.outboxSize === 2);
    expect((await retry(id)).json()).toMatchObject({ status: 404, code: 'message-unknown' });
    const audit = await gateway.call('GET', '/system/audit?action=message-retried', { headers: admin.headers });
    expect(audit.json()).toMatchObject({
      data: [{ by: admin.id, actor: { kind: 'clerk', id: 'b' }, message: { id, name: 'Hear' } }],
    });
  });
});

test('an administrator sees what became of mails, and which one was given up last, also in the metrics', async () => {
  const ofNode = { sent: 3, failedAttempts: 9, givenUp: 1, lastFailure: { code: 'EAUTH 535', at: expect.any(String) } };
  expect(await page()).toMatchObject({ mail: { ...ofNode, lastGivenUp: null } });
  const address = { kind: 'user', id: 'someone' };
  const payload = JSON.stringify({ attempts: 7, at: 0 });
  gateway.journal.lists.follow({
    address,
    firstSeq: 1,
    events: [{ type: 'ResetMailGivenUp', version: 1, payload }],
    at: Date.UTC(2026, 0, 1),
  });
  expect(await page()).toMatchObject({
    mail: { ...ofNode, lastGivenUp: { userId: 'someone', at: '2026-01-01T00:00:00.000Z' } },
  });
  const { body } = await gateway.app.inject('/metrics');
  for (const line of ['sent_total 3', 'failed_total 9', 'given_up_total 1']) expect(body).toContain(`mails_${line}\n`);
});

test('nobody else sees them, or has one tried', async () => {
  const quant = await gateway.userWith('quant', 'quentin');
  expect((await gateway.call('GET', '/system/outbox', { headers: quant.headers })).statusCode).toBe(403);
  expect((await retry('any', quant)).statusCode).toBe(403);
});
