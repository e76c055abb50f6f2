import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
let admin: LoggedInUser;
beforeAll(async () => {
  gateway = await startTestGateway();
  admin = await gateway.userWith('admin');
});
afterAll(async () => await gateway.stop());

describe('an administrator', () => {
  test('sees how far the lists are, and which actors they hold back', async () => {
    const hold = {
      list: 'orders',
      kind: 'account',
      id: 'ada.main',
      seq: 7,
      reason: 'It is torn.',
      triedAt: 0,
    } as const;
    gateway.journal.lists.heldActors.push(hold);
    const answer = await gateway.call('GET', '/system/lists', { headers: admin.headers });
    const { data } = answer.json<{ data: { list: string; held: object[] }[] }>();
    expect(data.find(({ list }) => list === 'orders')).toEqual({
      list: 'orders',
      served: { version: 'memory', eventsBehind: 0, secondsBehind: 0, actorsHeld: 1 },
      building: null,
      held: [{ kind: 'account', id: 'ada.main', seq: 7, reason: 'It is torn.', triedAt: '1970-01-01T00:00:00.000Z' }],
    });
    expect(data.find(({ list }) => list === 'fills')).toMatchObject({ held: [] });
    const metrics = (await gateway.app.inject('/metrics')).body;
    expect(metrics).toContain('list_actors_held{list="orders",rows="served"} 1');
    expect(metrics).toContain('list_events_behind{list="fills",rows="served"} 0');
    expect(metrics).not.toContain('rows="building"');
  });

  test('has a list built anew, unless nothing makes it', async () => {
    const rebuild = async (list: string, user = admin) =>
      await gateway.call('POST', `/system/lists/${list}/rebuild`, { headers: user.headers });
    expect((await rebuild('orders')).statusCode).toBe(202);
    expect(gateway.journal.lists.rebuilt).toEqual(['orders']);
    expect((await rebuild('batch-members')).json()).toMatchObject({ code: 'not-found' });
    expect((await rebuild('everything')).json()).toMatchObject({ code: 'request-invalid' });
    const quant = await gateway.userWith('quant', 'quentin');
    expect((await rebuild('orders', quant)).json()).toMatchObject({ code: 'forbidden' });
    expect(gateway.journal.lists.rebuilt).toEqual(['orders']);
  });
});
