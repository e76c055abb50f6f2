-- What an append costs: one look at who owns the shards instead of a lock on each, and an index that grows at its end.

-- Counts every change of journal.shard_owner: whoever finds the version that it knows owns what it owned.
CREATE TABLE journal.ownership (version bigint NOT NULL);
INSERT INTO journal.ownership VALUES (1);

-- Appends hold it together, a takeover alone. Any number, the same in all versions of the program.
CREATE FUNCTION journal.ownership_lock() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 7264003::bigint';

-- Whoever changes an owner, in whatever way, waits for the appends under way, and those that come wait for it.
CREATE FUNCTION journal.change_owners() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(journal.ownership_lock());
  UPDATE journal.ownership SET version = version + 1;
  RETURN NULL;
END;
$$;
CREATE TRIGGER owners_change BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON journal.shard_owner
  FOR EACH STATEMENT EXECUTE FUNCTION journal.change_owners();

-- Until the transaction ends no owner changes; breaks with XT001 when one has changed since the version was read.
DROP FUNCTION journal.fence(integer[], bigint[]);
CREATE FUNCTION journal.fence(known_version bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(journal.ownership_lock());
  -- A statement after the one that waited sees what was committed meanwhile; in other isolations it does not.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE 'appends need the isolation level read committed';
  END IF;
  IF known_version <> (SELECT version FROM journal.ownership) THEN
    RAISE 'the owners of shards have changed' USING ERRCODE = 'XT001';
  END IF;
END;
$$;

-- Whose leases stand in the way of a takeover: whoever only wants to take over, too, holds up nobody.
CREATE VIEW journal.living_owner AS SELECT l.incarnation, l.lease_until FROM journal.node_lease l
  WHERE NOT l.dead AND EXISTS (SELECT FROM journal.shard_owner o WHERE o.incarnation = l.incarnation);

-- Makes a program the owner of all shards: nothing comes back while another one's lease lasts, or when its own is
-- dead. All in one transaction and one at a time: the leases of the others are dead before the shards change hands.
CREATE FUNCTION journal.take_shards(taker text, at_once boolean)
RETURNS TABLE (shard integer, epoch bigint, version bigint) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(journal.ownership_lock());
  -- A renewal under way is waited for, and its new end is the one that counts.
  UPDATE journal.node_lease l SET dead = true
    WHERE l.incarnation <> taker AND NOT l.dead AND (at_once OR l.lease_until < clock_timestamp());
  -- Leases die only in here, behind the lock: what is alive now stays so until the end.
  IF EXISTS (SELECT FROM journal.living_owner l WHERE l.incarnation <> taker)
    OR NOT EXISTS (SELECT FROM journal.node_lease l WHERE l.incarnation = taker AND NOT l.dead)
  THEN
    RETURN;
  END IF;
  UPDATE journal.shard_owner o SET epoch = o.epoch + 1, incarnation = taker;
  DELETE FROM journal.node_lease l WHERE l.dead;
  RETURN QUERY SELECT o.shard, o.epoch, v.version FROM journal.shard_owner o CROSS JOIN journal.ownership v;
END;
$$;

-- By the command first: ids of commands begin with their time, so new ones stand side by side at the end, where
-- the index is in memory, and not each in the place of its actor.
DROP INDEX journal.event_command;
CREATE UNIQUE INDEX event_command ON journal.event (command_id, persistence_id) WHERE command_id IS NOT NULL;
