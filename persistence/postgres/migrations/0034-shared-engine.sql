-- The embedded ClickHouse of a cluster whose nodes are on one machine and have been given no server: where it is.

CREATE TABLE data.shared_engine (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  machine text NOT NULL,
  folder text NOT NULL,
  port integer NOT NULL,
  -- Whoever reads this may read all that it holds anyway.
  password text NOT NULL
);
