/** Live prices for those who value positions: the markets are asked, the accounts only told. */

import { accountKind } from '#actors';
import type { AccountView } from '#actors';
import type { FastifyRequest } from 'fastify';
import { ask } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { marketOf } from './markets.ts';

/** Markets asked at once; an account with more positions waits a little longer. */
const askedAtOnce = 32;

export type Marks = Readonly<Record<string, string>>;

/** The account with its positions at live prices, and those prices. A silent market leaves its position unvalued. */
export const accountAtMarket = async (
  gateway: Gateway,
  request: Pick<FastifyRequest, 'id'>,
  accountId: string,
): Promise<{ readonly account: AccountView; readonly marks: Marks }> => {
  const account = await ask(gateway, request, accountKind, accountId, { type: 'GetAccount' });
  if (account.positions.length === 0) return { account, marks: {} };
  const symbols = account.positions.map(({ symbol }) => symbol);
  const marks = await lastPrices(gateway, request, symbols);
  return { account: await ask(gateway, request, accountKind, accountId, { type: 'GetAccount', marks }), marks };
};

const lastPrices = async (
  gateway: Gateway,
  request: Pick<FastifyRequest, 'id'>,
  symbols: readonly string[],
): Promise<Marks> => {
  const marks: Record<string, string> = {};
  for (let from = 0; from < symbols.length; from += askedAtOnce) {
    const markets = await Promise.all(
      symbols.slice(from, from + askedAtOnce).map(async (symbol) => await marketOf(gateway, request, symbol)),
    );
    for (const { symbol, quote } of markets) if (quote !== null) marks[symbol] = quote.last;
  }
  return marks;
};
