-- Why actors are left alone until an operator decides, whole; and the events that one has told to leave out.

DROP TABLE journal.quarantine;
CREATE TABLE journal.quarantine (
  persistence_id text COLLATE "C" PRIMARY KEY,
  cause text NOT NULL CHECK (cause IN ('command', 'event', 'restarts')),
  reason text NOT NULL,
  detail text NOT NULL,
  at bigint NOT NULL,
  -- All null where no command was at work.
  command_id text,
  command_type text,
  command text,
  -- Of the event that can't be read.
  seq bigint
);

CREATE TABLE journal.skipped_event (
  persistence_id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (persistence_id, seq)
);
