import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeadLetters } from '#ports';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

const letters = [1, 2, 3].map((shardSeq) => ({
  shard: 7,
  shardSeq,
  part: 0,
  name: 'order.placed',
  actor: { kind: 'account', id: 'ann.main' },
  reason: 'it is too large',
  at: 0,
  isAskedFor: false,
}));
type Place = Parameters<DeadLetters['find']>[0];
const at = ({ shardSeq }: Place) => letters.find((letter) => letter.shardSeq === shardSeq) ?? null;
const asked: number[] = [];
const deadLetters: DeadLetters = {
  list: (after, limit) =>
    Promise.resolve(letters.filter(({ shardSeq }) => shardSeq > (after?.shardSeq ?? 0)).slice(0, limit)),
  buried: () => Promise.resolve(letters.length),
  find: (place) => Promise.resolve(at(place)),
  askFor: (place) => {
    asked.push(place.shardSeq);
    const letter = at(place);
    return Promise.resolve(letter === null ? null : { ...letter, isAskedFor: true });
  },
};

const publishing = () => ({ published: 40, eventsBehind: 2, secondsBehind: 0.5 });

let gateway: TestGateway;
let admin: LoggedInUser;
beforeAll(async () => {
  gateway = await startTestGateway({ parts: { deadLetters, publishing } });
  admin = await gateway.userWith('admin');
});
afterAll(async () => await gateway.stop());

describe('an administrator', () => {
  test('sees in pages what was refused', async () => {
    const page = async (query: string) =>
      (await gateway.call('GET', `/system/events/refused${query}`, { headers: admin.headers })).json<object>();
    expect(await page('?limit=2')).toMatchObject({
      data: [{ id: '7-1-0', name: 'order.placed', reason: 'it is too large', isAskedFor: false }, { id: '7-2-0' }],
      nextAfter: '7-2-0',
    });
    expect(await page('?limit=2&after=7-2-0')).toMatchObject({ data: [{ id: '7-3-0' }], nextAfter: null });
    expect(await page('?after=none')).toMatchObject({ code: 'request-invalid' });
  });

  test('has in the metrics how many there are, and how far this node has told what happens', async () => {
    const { body } = await gateway.app.inject('/metrics');
    for (const line of ['published_total 40', 'behind 2', 'seconds_behind 0.5', 'refused_waiting 3'])
      expect(body).toContain(`\nevents_${line}\n`);
  });

  test('has one sent again, which is recorded', async () => {
    const resend = async (id: string, { headers } = admin) =>
      await gateway.call('POST', `/system/events/refused/${id}/resend`, { headers });
    const answer = await resend('7-2-0');
    expect(answer.statusCode, answer.body).toBe(202);
    expect(answer.json()).toMatchObject({ id: '7-2-0', isAskedFor: true });
    expect((await resend('7-9-0')).json()).toMatchObject({ code: 'not-found' });
    const quant = await gateway.userWith('quant', 'quentin');
    expect((await resend('7-1-0', quant)).json()).toMatchObject({ code: 'forbidden' });
    expect(asked).toEqual([2]);
    const audit = await gateway.call('GET', '/system/audit?action=message-resent', { headers: admin.headers });
    expect(audit.json()).toMatchObject({ data: [{ by: admin.id, message: { id: '7-2-0', name: 'order.placed' } }] });
  });
});
