/** What live markets are in the middle of, in ClickHouse. */

import type { KeptMarket, LiveMarkets } from '#ports';
import type { ClickHouse } from './clickhouse.ts';

export const openLiveMarkets = (clickHouse: ClickHouse): LiveMarkets => ({
  async kept() {
    const found = await clickHouse.select('SELECT market FROM live_market FINAL ORDER BY symbol');
    // Only `keep` writes there.
    const markets = found.texts('market').map((text) => JSON.parse(text) as KeptMarket);
    const recorded = await newestMinutes(clickHouse, markets);
    return markets.map((market) => {
      const { bar, symbol } = market;
      // Kept while it was under way, so the history knows more of it.
      return bar !== null && (recorded.get(symbol) ?? -Infinity) >= bar.time ? { ...market, bar: null } : market;
    });
  },
  async keep(markets) {
    if (markets.length === 0) return;
    await clickHouse.insert({
      table: 'live_market',
      constants: {},
      columns: {
        symbol: { type: 'String', values: markets.map(({ symbol }) => symbol) },
        at: { type: 'Float64', values: Float64Array.from(markets, ({ at }) => at) },
        market: { type: 'String', values: markets.map((market) => JSON.stringify(market)) },
      },
    });
  },
});

/** The start of each symbol's newest minute in the history, where it is not older than all that is kept. */
const newestMinutes = async (
  clickHouse: ClickHouse,
  markets: readonly KeptMarket[],
): Promise<ReadonlyMap<string, number>> => {
  const from = Math.min(...markets.map(({ bar }) => bar?.time ?? Infinity));
  if (from === Infinity) return new Map();
  const found = await clickHouse.select(
    `SELECT CAST(symbol AS String) AS name, toFloat64(max(time)) AS newest FROM bar
     WHERE symbol IN {symbols:Array(String)} AND interval = '1m' AND time >= {from:Int64} GROUP BY symbol`,
    { symbols: markets.map(({ symbol }) => symbol), from },
  );
  const newest = found.numbers('newest');
  return new Map(found.texts('name').map((symbol, i) => [symbol, newest[i] ?? -Infinity]));
};
