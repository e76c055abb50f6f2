-- Files of prices that wait for their import, where any node can read them.

CREATE SCHEMA data;

CREATE TABLE data.upload (
  id text COLLATE "C" PRIMARY KEY,
  -- Of the import that it is for; null while it is still being written.
  import_id text COLLATE "C" UNIQUE,
  -- When the import was told of it, or else the newest part came.
  written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE data.upload_part (
  upload_id text COLLATE "C" NOT NULL REFERENCES data.upload ON DELETE CASCADE,
  place integer NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (upload_id, place)
);
-- It is read once and thrown away: trying to make it smaller would only cost time.
ALTER TABLE data.upload_part ALTER COLUMN content SET STORAGE EXTERNAL;
