/** How live markets and listings of symbols are asked for. */

import { marketKind, symbolKind } from '#actors';
import type { MarketView, SymbolView } from '#actors';
import type { FastifyRequest } from 'fastify';
import { answerOf, ask } from './gateway.ts';
import type { Gateway } from './gateway.ts';

type Asked = Pick<FastifyRequest, 'id'>;

/** The market of a listed symbol. The caller has made sure that it is listed, for markets stay in memory. */
export const marketOf = async (gateway: Gateway, request: Asked, symbol: string): Promise<MarketView> =>
  await ask(gateway, request, marketKind, symbol, { type: 'GetMarket' });

/** null: it is not listed. */
export const listingOf = async (gateway: Gateway, request: Asked, symbol: string): Promise<SymbolView | null> => {
  const answer = await answerOf(gateway, request, symbolKind, symbol, { type: 'GetSymbol' });
  return answer.type === 'replied' ? answer.reply : null;
};
