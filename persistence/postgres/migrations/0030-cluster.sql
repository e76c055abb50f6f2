-- Many nodes, each the owner of some shards.

-- What a node says of itself. Without a cluster it is alone, and the owner of all shards.
ALTER TABLE journal.node_lease
  ADD COLUMN is_alone boolean NOT NULL DEFAULT true,
  ADD COLUMN is_leaving boolean NOT NULL DEFAULT false,
  -- It reaches this database, and not what links it to the others.
  ADD COLUMN is_cut_off boolean NOT NULL DEFAULT false,
  ADD COLUMN joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- JSON: roles, weight, version, and what else others may want to know.
  ADD COLUMN facts text NOT NULL DEFAULT '{}';

-- Makes a node the owner of those among the shards that nobody alive has, and gives back which of them it has
-- then: none when its own lease is dead. A lease that is over dies first, so that it can't be renewed any more.
CREATE FUNCTION journal.claim_shards(taker text, wanted integer[]) RETURNS TABLE (shard integer)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(journal.ownership_lock());
  UPDATE journal.node_lease l SET dead = true
    WHERE l.incarnation <> taker AND NOT l.dead AND l.lease_until < clock_timestamp();
  IF NOT EXISTS (SELECT FROM journal.node_lease l WHERE l.incarnation = taker AND NOT l.dead) THEN
    RETURN;
  END IF;
  -- Every update of the table is a change of owners to those who append, be it of no row.
  IF EXISTS (SELECT FROM journal.unowned_shard u WHERE u.shard = ANY (wanted)) THEN
    UPDATE journal.shard_owner o SET epoch = o.epoch + 1, incarnation = taker
      FROM journal.unowned_shard u WHERE u.shard = o.shard AND o.shard = ANY (wanted);
  END IF;
  DELETE FROM journal.node_lease l
    WHERE l.dead AND NOT EXISTS (SELECT FROM journal.shard_owner o WHERE o.incarnation = l.incarnation);
  RETURN QUERY SELECT o.shard FROM journal.shard_owner o WHERE o.incarnation = taker AND o.shard = ANY (wanted);
END;
$$;

-- Nobody's, or that of a node whose lease is dead.
CREATE VIEW journal.unowned_shard AS SELECT o.shard FROM journal.shard_owner o
  WHERE NOT EXISTS (SELECT FROM journal.node_lease l WHERE l.incarnation = o.incarnation AND NOT l.dead);

-- Gives shards back, with an epoch of which nobody is the owner.
CREATE FUNCTION journal.release_shards(owner text, given integer[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(journal.ownership_lock());
  UPDATE journal.shard_owner o SET incarnation = NULL, epoch = o.epoch + 1
    WHERE o.incarnation = owner AND o.shard = ANY (given);
END;
$$;
