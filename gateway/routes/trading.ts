/** Orders and their fills. */

import { Type } from 'typebox';
import { accountKind, shardKeyOf } from '#actors';
import type { OrderView } from '#actors';
import { ProblemError } from '../errors.ts';
import { answerOf, change, principalOf, refused } from '../gateway.ts';
import type { Gateway, Routes } from '../gateway.ts';
import { commandIdOf } from '../idempotency.ts';
import { idFrom } from '../identifiers.ts';
import { listPage, listQuery, pageOf } from '../lists.ts';
import { listingOf, marketOf } from '../markets.ts';
import { mustOwn } from '../permissions.ts';
import type { Principal } from '../permissions.ts';
import { answers, choice, closed } from '../schemas/basics.ts';
import { AccountId, Fill, NewOrder, Order, OrderChange, OrderId, SymbolName } from '../schemas/trading.ts';
import { onWire } from '../wire.ts';

const tags = ['trading'];
const params = closed({ orderId: OrderId });
/** Accepted for those who have it at hand; the order's id names its account already. */
const querystring = closed({ accountId: Type.Optional(AccountId) });
const filters = { accountId: Type.Optional(AccountId), symbol: Type.Optional(SymbolName) };
const response = answers({ 200: Order });

const openStatuses = ['accepted', 'partially-filled'] as const;
const statusesOf = {
  open: openStatuses,
  closed: ['filled', 'cancelled', 'rejected', 'expired'],
  all: undefined,
} as const;

export const tradingRoutes: Routes = (app, gateway) => {
  app.post(
    '/trading/orders',
    {
      config: { permission: 'trading:write' },
      schema: {
        tags,
        summary: 'Place an order',
        description:
          'Answered when the order is in the journal. Fills follow in real time on `acct:{accountId}:orders`. A symbol without live prices takes limit orders alone, which wait: GTC or DAY.',
        body: NewOrder,
        response: answers({ 201: Order }),
      },
    },
    async (request, reply) => {
      const { accountId, symbol, side, type, timeInForce = 'GTC', quantity, limitPrice = null } = request.body;
      mustOwn(principalOf(request), accountId, 'account-unknown');
      const listing = await listingOf(gateway, request, symbol);
      if (listing === null) throw notListed(symbol);
      const isUnpriced = listing.feed === null && (await marketOf(gateway, request, symbol)).status === 'silent';
      const local = idFrom(commandIdOf(request));
      const order = await change(gateway, request, accountKind, accountId, {
        type: 'PlaceOrder',
        orderId: `${accountId}.${local}`,
        clientOrderId: request.body.clientOrderId ?? local,
        symbol,
        side,
        orderType: type,
        timeInForce,
        quantity,
        limitPrice,
        grid: { tick: listing.tick, lot: listing.lot, minQuantity: null },
        isUnpriced,
      });
      reply.code(201).header('location', `/api/v1/trading/orders/${order.id}`);
      return onWire(order);
    },
  );

  app.get(
    '/trading/orders',
    {
      config: { permission: 'trading:read' },
      schema: {
        tags,
        summary: 'Your orders',
        querystring: listQuery({
          ...filters,
          status: Type.Optional(choice(['open', 'closed', 'all'], { default: 'all' })),
        }),
        response: answers({ 200: pageOf(Order) }),
      },
    },
    async (request) => {
      const { accountId, symbol, status = 'all', ...query } = request.query;
      const principal = principalOf(request);
      if (accountId !== undefined) mustOwn(principal, accountId, 'account-unknown');
      return await listPage(gateway, request, query, {
        list: 'orders',
        owner: principal.userId,
        parent: accountId,
        symbol,
        status: statusesOf[status],
        show: ({ doc }) => onWire(doc),
      });
    },
  );

  app.delete(
    '/trading/orders',
    {
      config: { permission: 'trading:write' },
      schema: {
        tags,
        summary: 'Cancel all open orders of an account',
        querystring: closed({ accountId: AccountId, symbol: Type.Optional(SymbolName) }),
        response: answers({ 200: Type.Object({ cancelled: Type.Integer() }) }),
      },
    },
    async (request) => {
      const { accountId, symbol } = request.query;
      mustOwn(principalOf(request), accountId, 'account-unknown');
      return await change(gateway, request, accountKind, accountId, {
        type: 'CancelAllOrders',
        ...(symbol === undefined ? {} : { symbol }),
      });
    },
  );

  app.get(
    '/trading/orders/:orderId',
    { config: { permission: 'trading:read' }, schema: { tags, summary: 'One order', params, querystring, response } },
    async (request) => {
      const { orderId } = request.params;
      const accountId = ownAccountOf(principalOf(request), orderId, request.query.accountId);
      const answer = await answerOf(gateway, request, accountKind, accountId, { type: 'GetOrder', orderId });
      if (answer.type === 'replied') return onWire(answer.reply);
      if (answer.refusal.code !== 'order-unknown') throw refused(answer.refusal);
      // The account itself remembers the latest alone.
      return onWire(await oldOrder(gateway, principalOf(request), orderId));
    },
  );

  app.patch(
    '/trading/orders/:orderId',
    {
      config: { permission: 'trading:write' },
      schema: {
        tags,
        summary: 'Change the quantity or price of an open order',
        params,
        querystring,
        body: OrderChange,
        response,
      },
    },
    async (request) => {
      const { orderId } = request.params;
      const accountId = ownAccountOf(principalOf(request), orderId, request.query.accountId);
      const order = await change(gateway, request, accountKind, accountId, {
        type: 'AmendOrder',
        orderId,
        ...request.body,
      });
      return onWire(order);
    },
  );

  app.delete(
    '/trading/orders/:orderId',
    {
      config: { permission: 'trading:write' },
      schema: {
        tags,
        summary: 'Cancel an order',
        description:
          'An order that has not arrived yet is refused when it does; until then there is nothing to show, and the answer is 204.',
        params,
        querystring,
        response: answers({ 200: Order, 204: Type.Null({ description: 'No such order so far' }) }),
      },
    },
    async (request, reply) => {
      const { orderId } = request.params;
      const accountId = ownAccountOf(principalOf(request), orderId, request.query.accountId);
      const order = await change(gateway, request, accountKind, accountId, { type: 'CancelOrder', orderId });
      return order === null ? await reply.code(204).send() : onWire(order);
    },
  );

  app.get(
    '/trading/fills',
    {
      config: { permission: 'trading:read' },
      schema: {
        tags,
        summary: 'Your fills',
        querystring: listQuery(filters),
        response: answers({ 200: pageOf(Fill) }),
      },
    },
    async (request) => {
      const { accountId, symbol, ...query } = request.query;
      const principal = principalOf(request);
      if (accountId !== undefined) mustOwn(principal, accountId, 'account-unknown');
      return await listPage(gateway, request, query, {
        list: 'fills',
        owner: principal.userId,
        parent: accountId,
        symbol,
        show: ({ doc }) => onWire(doc),
      });
    },
  );
};

/** The account that an order's id begins with. A stranger's, or another than the one named, has no such order. */
const ownAccountOf = (principal: Principal, orderId: string, named: string | undefined): string => {
  mustOwn(principal, orderId, 'order-unknown');
  const accountId = orderId.slice(0, orderId.lastIndexOf('.'));
  if (shardKeyOf(accountId) !== principal.userId || (named !== undefined && named !== accountId)) {
    throw new ProblemError('order-unknown');
  }
  return accountId;
};

const oldOrder = async ({ parts }: Gateway, { userId }: Principal, orderId: string): Promise<OrderView> => {
  const entry = await parts.lists.get('orders', orderId);
  if (entry === null || entry.owner !== userId) throw new ProblemError('order-unknown');
  return entry.doc as unknown as OrderView; // The list of orders holds orders as their account shows them.
};

const notListed = (symbol: string): ProblemError => {
  const message = `No symbol ${symbol} is listed.`;
  return new ProblemError('request-invalid', message, {
    errors: [{ pointer: '/symbol', message, remedy: 'Search data/symbols, or import its prices.' }],
  });
};
