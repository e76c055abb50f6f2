/** A deployment in words. */

import type { ListedDeployment } from '#sdk';

/** `BTC-USD (1m), ETH-USD (1m)`. */
export const dataOf = ({ feeds }: Pick<ListedDeployment, 'feeds'>): string =>
  feeds.map(({ symbol, interval }) => `${symbol} (${interval})`).join(', ');
