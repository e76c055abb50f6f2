/** What a deployment records of the bars that have been decided. */

import type { BarFacts, LiveOutcome } from '#domain';
import type { Deployment } from './deployment-state.ts';
import { rowLength } from './taken-bars.ts';

/** Of the bars that are now decided: what the run needs when it is done again, and nothing that is as before. */
export const keptFacts = (deployment: Deployment, newest: BarFacts, { bars }: LiveOutcome): readonly BarFacts[] => {
  const ordersAt = (time: number): Pick<BarFacts, 'orders'> => {
    const orders = bars.find((bar) => bar.time === time)?.orders;
    return orders === undefined ? {} : { orders };
  };
  const { time, standing, news = [] } = newest;
  const isSame = JSON.stringify(standing) === JSON.stringify(deployment.standing);
  const last: BarFacts = {
    time,
    ...(isSame || standing === undefined ? {} : { standing }),
    ...(news.length === 0 ? {} : { news }),
    ...ordersAt(time),
  };
  const missed = missedBars(deployment, time).map((bar): BarFacts => ({
    time: bar,
    isMissed: true,
    ...ordersAt(bar),
  }));
  return Object.keys(last).length === 1 ? missed : [...missed, last];
};

/** Bars between those that were decided and the newest, ascending. */
const missedBars = ({ feeds, decidedUntil }: Deployment, until: number): readonly number[] => {
  const times = new Set<number>();
  for (const { rows } of feeds) {
    for (let at = rows.length - rowLength; at >= 0; at -= rowLength) {
      const time = rows[at] ?? -Infinity;
      if (time <= decidedUntil) break;
      if (time < until) times.add(time);
    }
  }
  return [...times].sort((a, b) => a - b);
};
