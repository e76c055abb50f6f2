/** What stands in an order ticket: what can be seen to be wrong before it is sent, and the order that it makes. */

import type { NewOrder, OrderSide, TimeInForce } from '#sdk';

export interface Ticket {
  readonly side: OrderSide;
  readonly type: 'market' | 'limit';
  readonly quantity: string;
  readonly limitPrice: string;
  readonly timeInForce: TimeInForce;
}

export interface TicketProblems {
  readonly quantity: string | null;
  readonly limitPrice: string | null;
}

const positive = /^(?=.*[1-9])\d{1,18}(\.\d{1,18})?$/;

/** Grouping commas and spaces are what people paste. */
export const cleaned = (text: string): string => text.replaceAll(/[,\s]/g, '');

/** Empty fields are not wrong yet, but make no order. */
export const problemsOf = (ticket: Ticket): TicketProblems => ({
  quantity: numberProblem(ticket.quantity, 'quantity'),
  limitPrice: ticket.type === 'market' ? null : numberProblem(ticket.limitPrice, 'price'),
});

const numberProblem = (text: string, name: string): string | null =>
  text === '' || positive.test(cleaned(text)) ? null : `A ${name} is a number above 0, such as 12.5.`;

/** null while something is missing or wrong. */
export const orderOf = (
  ticket: Ticket,
  { accountId, symbol }: { readonly accountId: string; readonly symbol: string },
): NewOrder | null => {
  const { side, type, timeInForce } = ticket;
  const quantity = cleaned(ticket.quantity);
  const limitPrice = cleaned(ticket.limitPrice);
  if (!positive.test(quantity) || (type === 'limit' && !positive.test(limitPrice))) return null;
  return { accountId, symbol, side, type, timeInForce, quantity, ...(type === 'limit' ? { limitPrice } : {}) };
};

/** Whether it may rest where nobody quotes the symbol; the server refuses the others. */
export const canWait = ({ type, timeInForce }: Ticket): boolean =>
  type === 'limit' && (timeInForce === 'GTC' || timeInForce === 'DAY');

/** What the order costs or brings, about; null while that can't be said. */
export const estimateOf = (
  ticket: Ticket,
  quote: { readonly bid: string; readonly ask: string } | null,
): number | null => {
  const quantity = Number(cleaned(ticket.quantity));
  const price = ticket.type === 'limit' ? cleaned(ticket.limitPrice) : ticket.side === 'buy' ? quote?.ask : quote?.bid;
  const estimate = quantity * Number(price);
  return quantity > 0 && Number.isFinite(estimate) && estimate > 0 ? estimate : null;
};
