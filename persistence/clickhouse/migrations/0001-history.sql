-- Bars as they were imported. The one inserted last replaces one of the same key.
CREATE TABLE IF NOT EXISTS bar (
  symbol LowCardinality(String),
  interval LowCardinality(String),
  -- Milliseconds UTC of the bar's start.
  time Int64 CODEC(DoubleDelta, ZSTD(1)),
  open Float64 CODEC(ZSTD(1)),
  high Float64 CODEC(ZSTD(1)),
  low Float64 CODEC(ZSTD(1)),
  close Float64 CODEC(ZSTD(1)),
  volume Float64 CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
ORDER BY (symbol, interval, time)
-- An acknowledged import outlives the machine's power too.
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
