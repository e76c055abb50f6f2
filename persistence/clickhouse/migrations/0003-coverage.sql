-- How many bars there are, by spans of time. Counting all bars for a list of symbols takes seconds.
-- Bars are never taken away, so of two counts of a span the larger one is the later.
CREATE TABLE IF NOT EXISTS coverage (
  symbol LowCardinality(String),
  interval LowCardinality(String),
  span Int32,
  bars UInt32,
  first Int64,
  last Int64
) ENGINE = ReplacingMergeTree(bars)
ORDER BY (symbol, interval, span)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

INSERT INTO coverage
SELECT symbol, interval, floor(time / 2592000000) AS span, count(), min(time), max(time)
FROM bar FINAL GROUP BY symbol, interval, span;
