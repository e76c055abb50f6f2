-- What live markets are in the middle of: the day and the minute in progress, written every few
-- seconds. The newest of a symbol counts. Not synced to the disk: it is worth a few seconds of prices.
CREATE TABLE IF NOT EXISTS live_market (
  symbol String,
  -- Milliseconds UTC of the newest quote.
  at Int64,
  -- JSON.
  market String
) ENGINE = ReplacingMergeTree(at)
ORDER BY symbol;
