-- The journal: what has happened to each actor, for ever, and what hangs on an append.

CREATE SCHEMA journal;

-- Changes when the journal is replaced, never else.
CREATE TABLE journal.identity (epoch text NOT NULL);
INSERT INTO journal.identity VALUES (left(replace(gen_random_uuid()::text, '-', ''), 16));

-- Ids and ids alone are compared: the C collation is faster and the same on every machine.
CREATE TABLE journal.event (
  persistence_id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  shard integer NOT NULL,
  -- Dense in the shard, so that a reader that has come to n has missed nothing.
  shard_seq bigint NOT NULL,
  type text NOT NULL,
  version integer NOT NULL,
  payload text NOT NULL,
  at bigint NOT NULL,
  metadata text,
  epoch bigint NOT NULL,
  -- In the first event of a command: its id, and the answer that a redelivery of it gets.
  command_id text COLLATE "C",
  answer text,
  CONSTRAINT event_seq PRIMARY KEY (persistence_id, seq),
  CONSTRAINT event_shard_seq UNIQUE (shard, shard_seq)
);
CREATE UNIQUE INDEX event_command ON journal.event (persistence_id, command_id) WHERE command_id IS NOT NULL;

CREATE TABLE journal.snapshot (
  persistence_id text COLLATE "C" PRIMARY KEY,
  seq bigint NOT NULL,
  schema integer NOT NULL,
  state text NOT NULL
);

CREATE TABLE journal.timer (
  persistence_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  shard integer NOT NULL,
  due_at bigint NOT NULL,
  command text NOT NULL,
  PRIMARY KEY (persistence_id, name)
);
CREATE INDEX timer_due ON journal.timer (due_at);

CREATE TABLE journal.outbox (
  id text COLLATE "C" PRIMARY KEY,
  place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  -- Of the sender, whose owner delivers.
  shard integer NOT NULL,
  recipient text COLLATE "C" NOT NULL,
  command text NOT NULL
);

-- Actors that fail on what they have, until an operator retries or skips.
CREATE TABLE journal.quarantine (
  persistence_id text COLLATE "C" PRIMARY KEY,
  command_id text COLLATE "C",
  reason text NOT NULL,
  at bigint NOT NULL
);

CREATE TABLE journal.unique_claim (
  scope text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  persistence_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (scope, value)
);

-- How far lists made from events have come. Projections that stand at the same place share a cursor;
-- one that is built anew has its own until it has caught up.
CREATE TABLE journal.projection (
  name text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  cursor text COLLATE "C" NOT NULL
);
CREATE TABLE journal.projection_cursor (
  cursor text COLLATE "C" NOT NULL,
  shard integer NOT NULL,
  shard_seq bigint NOT NULL,
  PRIMARY KEY (cursor, shard)
);

-- Who may write. Leases run by the clock of the database alone; dead is for ever.
CREATE TABLE journal.node_lease (
  incarnation text COLLATE "C" PRIMARY KEY,
  node text NOT NULL,
  lease_until timestamptz NOT NULL,
  dead boolean NOT NULL DEFAULT false
);
CREATE TABLE journal.shard_owner (
  shard integer PRIMARY KEY,
  epoch bigint NOT NULL,
  incarnation text COLLATE "C"
);
INSERT INTO journal.shard_owner SELECT shard, 0, NULL FROM generate_series(0, 1023) AS shard;

-- An append is one transaction of up to three statements: fence, a COPY into journal.event, and complete
-- where there is something to complete. Each breaks when a part of it can't be, and nothing is written.

-- Holds the shards for the writer until its transaction ends; breaks with XT001 when it has lost some,
-- with those in the detail. Locked in one order for all: a takeover waits for an append or comes before it.
CREATE FUNCTION journal.fence(fence_shard integer[], fence_epoch bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  held integer[];
BEGIN
  SELECT coalesce(array_agg(locked.shard), '{}') INTO held FROM (
    SELECT o.shard FROM unnest(fence_shard, fence_epoch) AS f (shard, epoch)
    JOIN journal.shard_owner o ON o.shard = f.shard AND o.epoch = f.epoch
    ORDER BY o.shard FOR SHARE OF o
  ) AS locked;
  IF cardinality(held) < cardinality(fence_shard) THEN
    RAISE 'shards are lost' USING ERRCODE = 'XT001', DETAIL = (
      SELECT string_agg(lost::text, ',') FROM unnest(fence_shard) AS lost WHERE lost <> ALL (held)
    );
  END IF;
END;
$$;

-- What appends do beside their events. Arrays belong together by the part of their names before the
-- underscore. follows: events that must be there. Breaks a unique constraint when a part can't be.
CREATE FUNCTION journal.complete(
  follows_id text[], follows_seq bigint[],
  release_scope text[], release_value text[], release_id text[],
  claim_scope text[], claim_value text[], claim_id text[],
  cleared_id text[], cleared_name text[],
  timer_id text[], timer_name text[], timer_shard integer[], timer_due_at bigint[], timer_command text[],
  outbox_id text[], outbox_shard integer[], outbox_recipient text[], outbox_command text[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM unnest(follows_id, follows_seq) AS f (id, seq)
    WHERE NOT EXISTS (SELECT FROM journal.event e WHERE e.persistence_id = f.id AND e.seq = f.seq)
  ) THEN
    RAISE unique_violation USING MESSAGE = 'events do not follow', CONSTRAINT = 'event_follows';
  END IF;

  IF cardinality(release_id) > 0 THEN
    DELETE FROM journal.unique_claim c USING unnest(release_scope, release_value, release_id) AS r (scope, value, id)
    WHERE c.scope = r.scope AND c.value = r.value AND c.persistence_id = r.id;
  END IF;
  IF cardinality(claim_id) > 0 THEN
    INSERT INTO journal.unique_claim (scope, value, persistence_id)
    SELECT * FROM unnest(claim_scope, claim_value, claim_id) AS c (scope, value, id) ORDER BY scope, value
    ON CONFLICT DO NOTHING;
    IF EXISTS (
      SELECT FROM unnest(claim_scope, claim_value, claim_id) AS c (scope, value, id)
      JOIN journal.unique_claim u USING (scope, value) WHERE u.persistence_id <> c.id
    ) THEN
      RAISE unique_violation USING MESSAGE = 'a value is taken', CONSTRAINT = 'unique_claim';
    END IF;
  END IF;

  IF cardinality(cleared_id) > 0 THEN
    DELETE FROM journal.timer t USING unnest(cleared_id, cleared_name) AS c (id, name)
    WHERE t.persistence_id = c.id AND t.name = c.name;
  END IF;
  IF cardinality(timer_id) > 0 THEN
    INSERT INTO journal.timer (persistence_id, name, shard, due_at, command)
    SELECT * FROM unnest(timer_id, timer_name, timer_shard, timer_due_at, timer_command)
    ON CONFLICT (persistence_id, name) DO UPDATE SET due_at = excluded.due_at, command = excluded.command;
  END IF;
  IF cardinality(outbox_id) > 0 THEN
    INSERT INTO journal.outbox (id, shard, recipient, command)
    SELECT * FROM unnest(outbox_id, outbox_shard, outbox_recipient, outbox_command);
  END IF;
END;
$$;
