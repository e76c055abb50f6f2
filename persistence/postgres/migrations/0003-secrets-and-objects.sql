-- What all nodes share beside the journal: keys, secrets, Git objects, answers to repeated requests.

CREATE TABLE users.signing_key (
  kid text COLLATE "C" PRIMARY KEY,
  private_jwk text NOT NULL,
  public_jwk text NOT NULL,
  role text NOT NULL CHECK (role IN ('current', 'next', 'previous')),
  created_at bigint NOT NULL
);

CREATE TABLE strategies.git_object (
  id text COLLATE "C" PRIMARY KEY,
  type text NOT NULL CHECK (type IN ('blob', 'tree', 'commit')),
  content bytea NOT NULL
);

CREATE SCHEMA gateway;

CREATE TABLE gateway.secret (
  name text COLLATE "C" PRIMARY KEY,
  value bytea NOT NULL
);

CREATE TABLE gateway.idempotency (
  key text COLLATE "C" PRIMARY KEY,
  fingerprint text NOT NULL,
  begun_at bigint NOT NULL,
  status integer,
  headers text,
  body text
);
CREATE INDEX ON gateway.idempotency (begun_at);
