-- The list of deployments: strategies that run live.

CREATE TABLE strategies.deployments (
  id text COLLATE "C" PRIMARY KEY,
  projection text COLLATE "C" NOT NULL,
  owner text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  symbol text COLLATE "C",
  status text COLLATE "C",
  parent text COLLATE "C",
  doc text NOT NULL
);
CREATE INDEX ON strategies.deployments (owner, at, id);
CREATE INDEX ON strategies.deployments (parent, at, id) WHERE parent IS NOT NULL;
CREATE INDEX ON strategies.deployments (at, id);
