-- Results of backtests. The rows of one writing share `stored`; they count once the head names it.
CREATE TABLE IF NOT EXISTS result_head (
  attempt_id String,
  stored UInt64,
  -- JSON: all but the tables, and how many rows each of them has.
  head String CODEC(ZSTD(1)),
  sizes String CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree(stored)
ORDER BY attempt_id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS result_trades (
  attempt_id String,
  stored UInt64,
  number UInt32,
  id Float64 CODEC(ZSTD(1)),
  feed Float64 CODEC(ZSTD(1)),
  side LowCardinality(String),
  quantity Float64 CODEC(ZSTD(1)),
  entryBar Float64 CODEC(ZSTD(1)),
  entryTime Float64 CODEC(ZSTD(1)),
  entryPrice Float64 CODEC(ZSTD(1)),
  exitBar Nullable(Float64) CODEC(ZSTD(1)),
  exitTime Nullable(Float64) CODEC(ZSTD(1)),
  exitPrice Nullable(Float64) CODEC(ZSTD(1)),
  stopLoss Nullable(Float64) CODEC(ZSTD(1)),
  takeProfit Nullable(Float64) CODEC(ZSTD(1)),
  pnl Float64 CODEC(ZSTD(1)),
  returnFraction Float64 CODEC(ZSTD(1)),
  commission Float64 CODEC(ZSTD(1)),
  tag Nullable(String) CODEC(ZSTD(1))
) ENGINE = MergeTree
ORDER BY (attempt_id, stored, number)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS result_orders (
  attempt_id String,
  stored UInt64,
  number UInt32,
  id Float64 CODEC(ZSTD(1)),
  -- JSON: what was asked for.
  request String CODEC(ZSTD(1)),
  feed Float64 CODEC(ZSTD(1)),
  side LowCardinality(String),
  type LowCardinality(String),
  quantity Float64 CODEC(ZSTD(1)),
  limit Nullable(Float64) CODEC(ZSTD(1)),
  stop Nullable(Float64) CODEC(ZSTD(1)),
  status LowCardinality(String),
  filledQuantity Float64 CODEC(ZSTD(1)),
  fillPrice Nullable(Float64) CODEC(ZSTD(1)),
  createdStep Float64 CODEC(ZSTD(1)),
  createdTime Float64 CODEC(ZSTD(1)),
  updatedStep Float64 CODEC(ZSTD(1)),
  stopLossOrder Nullable(Float64) CODEC(ZSTD(1)),
  takeProfitOrder Nullable(Float64) CODEC(ZSTD(1)),
  reason Nullable(String) CODEC(ZSTD(1))
) ENGINE = MergeTree
ORDER BY (attempt_id, stored, number)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS result_fills (
  attempt_id String,
  stored UInt64,
  number UInt32,
  `order` Float64 CODEC(ZSTD(1)),
  feed Float64 CODEC(ZSTD(1)),
  side LowCardinality(String),
  quantity Float64 CODEC(ZSTD(1)),
  price Float64 CODEC(ZSTD(1)),
  commission Float64 CODEC(ZSTD(1)),
  step Float64 CODEC(ZSTD(1)),
  bar Float64 CODEC(ZSTD(1)),
  time Float64 CODEC(ZSTD(1)),
  tag Nullable(String) CODEC(ZSTD(1))
) ENGINE = MergeTree
ORDER BY (attempt_id, stored, number)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS result_equity (
  attempt_id String,
  stored UInt64,
  number UInt32,
  time Float64 CODEC(ZSTD(1)),
  equity Float64 CODEC(ZSTD(1))
) ENGINE = MergeTree
ORDER BY (attempt_id, stored, number)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS result_log (
  attempt_id String,
  stored UInt64,
  number UInt32,
  time Float64 CODEC(ZSTD(1)),
  text String CODEC(ZSTD(1))
) ENGINE = MergeTree
ORDER BY (attempt_id, stored, number)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- The strategy's own lines, one after the other; the head has their names.
CREATE TABLE IF NOT EXISTS result_plots (
  attempt_id String,
  stored UInt64,
  number UInt32,
  plot Float64 CODEC(ZSTD(1)),
  step Float64 CODEC(ZSTD(1)),
  value Float64 CODEC(ZSTD(1))
) ENGINE = MergeTree
ORDER BY (attempt_id, stored, number)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What is kept of the members of batches. Writing a member of an attempt again replaces it.
CREATE TABLE IF NOT EXISTS batch_member (
  batch_id String,
  attempt_id String,
  number UInt32,
  params String CODEC(ZSTD(1)),
  symbols String CODEC(ZSTD(1)),
  -- JSON or null.
  statistics Nullable(String) CODEC(ZSTD(1)),
  trade_hash Nullable(String),
  failure Nullable(String) CODEC(ZSTD(1)),
  equity String CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
ORDER BY (batch_id, attempt_id, number)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
