-- Events that recovery does not need any more and that no command can be sent again for: out of the way of appends,
-- and still there for whoever reads all of them.

CREATE TABLE journal.event_archive (
  LIKE journal.event,
  CONSTRAINT event_archive_seq PRIMARY KEY (persistence_id, seq),
  CONSTRAINT event_archive_shard_seq UNIQUE (shard, shard_seq)
);

-- Each event once, wherever it is.
CREATE VIEW journal.every_event AS SELECT * FROM journal.event UNION ALL SELECT * FROM journal.event_archive;

-- Whose snapshots are looked through shard by shard. One without events says nothing.
ALTER TABLE journal.snapshot ADD COLUMN shard integer;
UPDATE journal.snapshot s SET shard = (
  SELECT e.shard FROM journal.event e WHERE e.persistence_id = s.persistence_id LIMIT 1
);
DELETE FROM journal.snapshot WHERE shard IS NULL;
ALTER TABLE journal.snapshot ALTER COLUMN shard SET NOT NULL;
CREATE INDEX snapshot_shard ON journal.snapshot (shard, persistence_id);

-- Milliseconds UTC, as all times here, by the database's own clock.
CREATE FUNCTION journal.clock_ms() RETURNS bigint LANGUAGE sql VOLATILE AS
  'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint';

-- Since when a message waits to be delivered: of those that are there already nobody knows.
ALTER TABLE journal.outbox ADD COLUMN created_at bigint NOT NULL DEFAULT 0;
ALTER TABLE journal.outbox ALTER COLUMN created_at SET DEFAULT journal.clock_ms();

-- How far a shard had come at a time: events carry the clocks of programs, and these marks the database's own.
CREATE TABLE journal.shard_mark (
  shard integer NOT NULL,
  at bigint NOT NULL,
  shard_seq bigint NOT NULL,
  PRIMARY KEY (shard, at)
);

-- Until when events may be archived: kept for so long, and for as long as anything may still be delivered whose
-- command stands among them.
CREATE FUNCTION journal.archive_horizon(keep_ms bigint) RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT least(
    journal.clock_ms() - keep_ms, (SELECT min(created_at) FROM journal.outbox), (SELECT min(due_at) FROM journal.timer)
  );
$$;

-- Moves what a shard may spare of its actors, from one of them and one of its events on: what comes before their
-- snapshot and up to a place in the shard. Of each actor the first events, so that the others follow on without a
-- hole; the newest one stays, as a snapshot is of it or of one before. next_id and next_seq: where to go on, null when
-- the shard is done. Numbers are dense, so a portion is known by them without a look at what has gone before.
CREATE FUNCTION journal.archive(
  in_shard integer, up_to bigint, from_id text, from_seq bigint, events_max integer, actors_max integer,
  OUT moved integer, OUT next_id text, OUT next_seq bigint
) LANGUAGE plpgsql AS $$
DECLARE
  actor record;
  actors integer := 0;
  lowest bigint;
  beyond bigint;
  count integer;
BEGIN
  moved := 0;
  FOR actor IN
    SELECT s.persistence_id AS id, s.seq FROM journal.snapshot s
    WHERE s.shard = in_shard AND s.persistence_id >= from_id ORDER BY s.persistence_id LIMIT actors_max + 1
  LOOP
    next_id := actor.id;
    IF actors = actors_max OR moved = events_max THEN
      RETURN;
    END IF;
    lowest := from_seq;
    IF lowest IS NULL OR actor.id <> from_id THEN
      SELECT e.seq INTO lowest FROM journal.event e WHERE e.persistence_id = actor.id ORDER BY e.seq LIMIT 1;
    END IF;
    beyond := least(actor.seq, lowest + events_max - moved);
    WITH gone AS (
      DELETE FROM journal.event e
      WHERE e.persistence_id = actor.id AND e.seq >= lowest AND e.seq < beyond AND e.shard_seq <= up_to RETURNING e.*
    )
    INSERT INTO journal.event_archive SELECT * FROM gone;
    GET DIAGNOSTICS count = ROW_COUNT;
    moved := moved + count;
    -- Of this one there is more.
    IF count > 0 AND lowest + count = beyond AND beyond < actor.seq THEN
      next_seq := beyond;
      RETURN;
    END IF;
    actors := actors + 1;
  END LOOP;
  next_id := NULL;
END;
$$;

-- Breaks a unique constraint when one of the actors has lived before: its first event is not in the other table,
-- where the index would have said so.
CREATE FUNCTION journal.begin(begun_id text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM journal.event_archive a WHERE a.persistence_id = ANY (begun_id)) THEN
    RAISE unique_violation USING MESSAGE = 'an actor has events already', CONSTRAINT = 'event_begun';
  END IF;
END;
$$;
