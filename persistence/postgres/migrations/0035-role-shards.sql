-- Shards by what nodes are there for, so that a node can have the actors of some kinds alone.
CREATE TABLE journal.role_shards (
  role text PRIMARY KEY,
  first integer NOT NULL,
  count integer NOT NULL CHECK (count > 0)
);

-- In a journal that has events all kinds share all shards: the shard is stored with each of them.
INSERT INTO journal.role_shards (role, first, count)
SELECT role, first, count
  FROM (VALUES
    ('users', 0, 128), ('strategies', 128, 128), ('market-data', 256, 128), ('notifications', 384, 128),
    ('backtests', 512, 256), ('trading', 768, 256)
  ) AS every (role, first, count)
  WHERE NOT EXISTS (SELECT FROM journal.every_event);
