/** Reports of backtests for the gateway: the result as it was stored, over the prices that the run had. */

import type { FeedStore } from '#actors';
import type { ReportWriter } from '#ports';

export const reportWriter = (feeds: Pick<FeedStore, 'load'>): ReportWriter => ({
  async backtest({ result, feeds: wanted, from, to, profile }) {
    // Loaded with the first report: a start is not to wait for it.
    const { backtestReport } = await import('#report');
    return backtestReport({ result, feeds: await feeds.load({ feeds: wanted, from, to, profile }) });
  },
});
