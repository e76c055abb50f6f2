/** Paper accounts: what is in them, what they have earned. */

import { Type } from 'typebox';
import { accountKind } from '#actors';
import { ask, change, principalOf } from '../gateway.ts';
import type { Gateway, Routes } from '../gateway.ts';
import { commandIdOf } from '../idempotency.ts';
import { idFrom } from '../identifiers.ts';
import { listPage, listQuery, pageOf } from '../lists.ts';
import { accountAtMarket } from '../marks.ts';
import { mustOwn } from '../permissions.ts';
import type { Principal } from '../permissions.ts';
import { answers, closed, Decimal, nullable } from '../schemas/basics.ts';
import { Account, AccountEntry, AccountId, AccountPerformance, NewAccount, Position } from '../schemas/trading.ts';
import { onWire } from '../wire.ts';

const tags = ['trading'];
const params = closed({ id: AccountId });
const ofAccount = closed({ accountId: AccountId });
const response = answers({ 200: Account });
const initialCashDefault = '100000';
/** Accounts whose positions are shown together; who has more names one. */
const accountsShownMax = 50;

export const accountRoutes: Routes = (app, gateway) => {
  app.get(
    '/trading/accounts',
    {
      config: { permission: 'trading:read' },
      schema: {
        tags,
        summary: 'Your accounts',
        querystring: listQuery({}),
        response: answers({ 200: pageOf(AccountEntry) }),
      },
    },
    async (request) =>
      await listPage(gateway, request, request.query, {
        list: 'accounts',
        owner: principalOf(request).userId,
        show: ({ doc }) => onWire(doc),
      }),
  );

  app.post(
    '/trading/accounts',
    {
      config: { permission: 'trading:write' },
      schema: { tags, summary: 'Open a paper account', body: NewAccount, response: answers({ 201: Account }) },
    },
    async (request, reply) => {
      const { name, currency = 'USD', initialCash = initialCashDefault, feeRate } = request.body;
      const id = `${principalOf(request).userId}.${idFrom(commandIdOf(request))}`;
      const account = await change(gateway, request, accountKind, id, {
        type: 'OpenAccount',
        name,
        currency,
        initialCash,
        ...(feeRate === undefined ? {} : { feeRate }),
      });
      reply.code(201).header('location', `/api/v1/trading/accounts/${id}`);
      return onWire(account);
    },
  );

  app.get(
    '/trading/accounts/:id',
    {
      config: { permission: 'trading:read', boundedByAsk: true },
      schema: { tags, summary: 'One account at live prices', params, response },
    },
    async (request) => {
      const { id } = request.params;
      mustOwn(principalOf(request), id, 'account-unknown');
      return onWire((await accountAtMarket(gateway, request, id)).account);
    },
  );

  app.post(
    '/trading/accounts/:id/deposit',
    {
      config: { permission: 'trading:write' },
      schema: {
        tags,
        summary: 'Pay play money in',
        params,
        body: closed({ amount: Decimal('Above 0, in the currency of the account.') }),
        response,
      },
    },
    async (request) => {
      const { id } = request.params;
      mustOwn(principalOf(request), id, 'account-unknown');
      const { amount } = request.body;
      return onWire(await change(gateway, request, accountKind, id, { type: 'Deposit', amount }));
    },
  );

  app.post(
    '/trading/accounts/:id/reset',
    {
      config: { permission: 'trading:write' },
      schema: {
        tags,
        summary: 'Begin again with cash alone',
        description: 'Open orders are cancelled and positions are gone. What has happened stays in the lists.',
        params,
        body: nullable(closed({ initialCash: Type.Optional(Decimal('Default 100000.')) })),
        response,
      },
    },
    async (request) => {
      const { id } = request.params;
      mustOwn(principalOf(request), id, 'account-unknown');
      const initialCash = request.body?.initialCash ?? initialCashDefault;
      return onWire(await change(gateway, request, accountKind, id, { type: 'ResetAccount', initialCash }));
    },
  );

  app.get(
    '/trading/positions',
    {
      config: { permission: 'trading:read' },
      schema: {
        tags,
        summary: 'Open positions at live prices',
        description: `Of one account, or of your newest ${accountsShownMax}.`,
        querystring: closed({ accountId: Type.Optional(AccountId) }),
        response: answers({ 200: Type.Object({ data: Type.Array(Position), nextCursor: Type.Null() }) }),
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { accountId } = request.query;
      if (accountId !== undefined) mustOwn(principal, accountId, 'account-unknown');
      const ids = accountId === undefined ? await accountsOf(gateway, principal) : [accountId];
      const accounts = await Promise.all(ids.map(async (id) => await accountAtMarket(gateway, request, id)));
      const data = accounts.flatMap(({ account: { id, positions } }) =>
        positions.map((position) => ({ accountId: id, ...position })),
      );
      return { data, nextCursor: null };
    },
  );

  app.get(
    '/trading/performance',
    {
      config: { permission: 'trading:read', boundedByAsk: true },
      schema: {
        tags,
        summary: 'What an account has earned',
        querystring: ofAccount,
        response: answers({ 200: AccountPerformance }),
      },
    },
    async (request) => {
      const { accountId } = request.query;
      mustOwn(principalOf(request), accountId, 'account-unknown');
      const { marks } = await accountAtMarket(gateway, request, accountId);
      return onWire(await ask(gateway, request, accountKind, accountId, { type: 'GetPerformance', marks }));
    },
  );
};

const accountsOf = async ({ parts, writes }: Gateway, { userId }: Principal): Promise<readonly string[]> => {
  const page = await parts.lists.page({
    list: 'accounts',
    owner: userId,
    limit: accountsShownMax,
    reached: writes.of(userId),
  });
  return page.entries.map(({ id }) => id);
};
