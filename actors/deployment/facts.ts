/** What is told to a strategy of its account: from what the account shows, as the run of the strategy takes it. Pure. */

import type { AccountFacts, BarFacts, OrderNews, OrderStatus, Standing } from '#domain';
import type { AccountOrderStatus, AccountStanding, OrderView } from '../account/account-messages.ts';
import type { Deployment, TrackedOrder } from './deployment-state.ts';

/** The newest bar's: what the strategy is told before it acts there. */
export const newestFacts = (deployment: Deployment, until: number, shown: AccountStanding): BarFacts => ({
  time: until,
  standing: standingOf(shown),
  news: [...deployment.news, ...deployment.tracked.flatMap((order) => newsOf(order, shown))],
});

export const accountFacts = (deployment: Deployment, newest: BarFacts, feeRate: number): AccountFacts => ({
  feeRate,
  decidedUntil: deployment.decidedUntil,
  carried: deployment.carried.map(({ key, feed, side, type, quantity, limit }) => ({
    ...key,
    feed,
    side,
    type,
    quantity,
    limit,
  })),
  bars: [...deployment.facts, newest],
});

const standingOf = ({ cash, free, elsewhere, positions }: AccountStanding): Standing => ({
  cash: Number(cash),
  free: Number(free),
  elsewhere: Number(elsewhere),
  positions: positions.map(({ quantity, averagePrice }) => ({
    quantity: Number(quantity),
    averagePrice: Number(averagePrice),
  })),
});

const newsOf = (tracked: TrackedOrder, { orders, feeRate }: AccountStanding): readonly OrderNews[] => {
  const order = orders.find(({ id }) => id === tracked.id);
  const news = order === undefined ? forgotten(tracked) : shownNews(tracked, order, Number(feeRate));
  const { status, quantity, limit, filledQuantity } = news;
  const isNew =
    tracked.isDoubtful ||
    (status !== 'waiting' && status !== 'partly-filled') ||
    quantity !== tracked.quantity ||
    limit !== tracked.limit ||
    filledQuantity !== tracked.filledQuantity;
  return isNew ? [news] : [];
};

const shownNews = ({ key }: TrackedOrder, order: OrderView, feeRate: number): OrderNews => {
  const filledQuantity = Number(order.filledQuantity);
  const fillPrice = order.filledPrice === null ? null : Number(order.filledPrice);
  return {
    ...key,
    status: engineStatus[order.status],
    quantity: Number(order.quantity),
    limit: order.limitPrice === null ? null : Number(order.limitPrice),
    filledQuantity,
    fillPrice,
    fee: fillPrice === null ? 0 : filledQuantity * fillPrice * feeRate,
    reason: order.reason,
  };
};

/** Neither open nor among those that are remembered: it has ended long ago. */
const forgotten = ({ key, quantity, limit, filledQuantity }: TrackedOrder): OrderNews => ({
  ...key,
  status: 'cancelled',
  quantity,
  limit,
  filledQuantity,
  fillPrice: null,
  fee: 0,
  reason: 'The account does not know the order any more.',
});

const engineStatus: Readonly<Record<AccountOrderStatus, OrderStatus>> = {
  accepted: 'waiting',
  'partially-filled': 'partly-filled',
  filled: 'filled',
  cancelled: 'cancelled',
  rejected: 'rejected',
  expired: 'expired',
};
