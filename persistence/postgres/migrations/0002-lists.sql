-- Lists of what many actors hold, made from the journal's events: each in the schema of its service.

CREATE SCHEMA users;
CREATE SCHEMA strategies;
CREATE SCHEMA backtests;
CREATE SCHEMA trading;
CREATE SCHEMA market_data;
CREATE SCHEMA notifications;

DO $$
DECLARE
  list text;
BEGIN
  FOREACH list IN ARRAY ARRAY[
    'users.users', 'users.audit', 'strategies.strategies', 'strategies.strategy_versions', 'backtests.backtests',
    'backtests.batch_members', 'trading.accounts', 'trading.orders', 'trading.fills', 'trading.signals',
    'market_data.symbols', 'market_data.imports', 'notifications.notifications'
  ] LOOP
    EXECUTE 'CREATE TABLE ' || list || ' (
      id text COLLATE "C" PRIMARY KEY,
      projection text COLLATE "C" NOT NULL,
      owner text COLLATE "C" NOT NULL,
      at bigint NOT NULL,
      symbol text COLLATE "C",
      status text COLLATE "C",
      parent text COLLATE "C",
      doc text NOT NULL
    )';
    EXECUTE 'CREATE INDEX ON ' || list || ' (owner, at, id)';
    EXECUTE 'CREATE INDEX ON ' || list || ' (parent, at, id) WHERE parent IS NOT NULL';
    EXECUTE 'CREATE INDEX ON ' || list || ' (at, id)';
  END LOOP;
END;
$$;
