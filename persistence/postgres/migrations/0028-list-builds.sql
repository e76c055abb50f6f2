-- A list may be built anew beside the rows that are read meanwhile: each row belongs to a build of its list.

CREATE TABLE journal.list_build (
  build integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  list text COLLATE "C" NOT NULL,
  -- Of the projections that make it: it is built anew when the program has others.
  version text COLLATE "C" NOT NULL,
  -- served: what readers see. building: takes its place when it has caught up. retired: to be removed.
  state text NOT NULL CHECK (state IN ('building', 'served', 'retired')),
  cursor text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX list_served ON journal.list_build (list) WHERE state = 'served';
CREATE UNIQUE INDEX list_building ON journal.list_build (list) WHERE state = 'building';

-- Actors of which a build passes over everything from an event on that it can't show.
CREATE TABLE journal.list_hold (
  build integer NOT NULL REFERENCES journal.list_build ON DELETE CASCADE,
  persistence_id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  reason text NOT NULL,
  -- Milliseconds UTC of the last try.
  tried_at bigint NOT NULL,
  PRIMARY KEY (build, persistence_id)
);

-- What there is goes on being served, unless its projections stood at different places.
INSERT INTO journal.list_build (list, version, state, cursor)
SELECT split_part(name, ' of ', 1),
  string_agg(split_part(name, ' of ', 2) || ' ' || version, ', ' ORDER BY split_part(name, ' of ', 2) COLLATE "C"),
  'served', min(cursor)
FROM journal.projection GROUP BY 1 HAVING count(DISTINCT cursor) = 1;
DROP TABLE journal.projection;

DO $$
DECLARE
  list text;
  old_index regclass;
BEGIN
  FOREACH list IN ARRAY ARRAY[
    'users.users', 'users.audit', 'strategies.strategies', 'strategies.strategy_versions', 'strategies.deployments',
    'backtests.backtests', 'backtests.batch_members', 'trading.accounts', 'trading.orders', 'trading.fills', 'trading.signals',
    'market_data.symbols', 'market_data.imports', 'notifications.notifications'
  ] LOOP
    FOR old_index IN SELECT indexrelid FROM pg_index WHERE indrelid = list::regclass AND NOT indisprimary LOOP
      EXECUTE 'DROP INDEX ' || old_index;
    END LOOP;
    EXECUTE 'ALTER TABLE ' || list || ' DROP CONSTRAINT ' || split_part(list, '.', 2) || '_pkey, DROP COLUMN projection,
      ADD COLUMN build integer';
    EXECUTE 'UPDATE ' || list || ' SET build = b.build FROM journal.list_build b WHERE b.list = $1'
      USING replace(split_part(list, '.', 2), '_', '-');
    EXECUTE 'DELETE FROM ' || list || ' WHERE build IS NULL';
    EXECUTE 'ALTER TABLE ' || list || ' ALTER COLUMN build SET NOT NULL, ADD PRIMARY KEY (build, id)';
    EXECUTE 'CREATE INDEX ON ' || list || ' (build, owner, at, id)';
    EXECUTE 'CREATE INDEX ON ' || list || ' (build, parent, at, id) WHERE parent IS NOT NULL';
    EXECUTE 'CREATE INDEX ON ' || list || ' (build, at, id)';
  END LOOP;
END;
$$;
