-- How far the events of each shard have been told to those outside, and what could not be told.

CREATE TABLE journal.publishing_cursor (
  shard integer PRIMARY KEY,
  shard_seq bigint NOT NULL
);

-- What was to be said is made from the event again. part: of the messages that one event becomes.
CREATE TABLE journal.dead_letter (
  shard integer NOT NULL,
  shard_seq bigint NOT NULL,
  part integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  persistence_id text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  -- Milliseconds UTC of the last try.
  at bigint NOT NULL,
  -- An operator wants it to be sent again.
  is_asked_for boolean NOT NULL DEFAULT false,
  PRIMARY KEY (shard, shard_seq, part)
);
CREATE INDEX dead_letter_asked_for ON journal.dead_letter (shard, shard_seq, part) WHERE is_asked_for;
