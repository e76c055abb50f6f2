/**
 * How long a slot may hold work without a word, and when the work counts as lost.
 *
 * An attempt carries a lease that ends by the clock of the actor that granted it; the slot renews it by
 * telling that actor, so no two clocks are ever compared. The lease alone is sound on any number of
 * nodes: a slot that can't reach the actor loses its attempt at the end of the lease, and what it
 * reports later is refused as stale. Attempt ids also name the incarnation of their process: whoever
 * knows which processes live (on one node, the process that has just started; in a cluster, the
 * members) gives up the attempts of dead ones at once, without waiting for the lease.
 */

/** Time that a slot's silence is borne, in milliseconds: three renewals may get lost. */
export const leaseMs = 60_000;

/** Time between two renewals, in milliseconds. */
export const leaseRenewalMs = 15_000;

/** An attempt under way. */
export interface Lease {
  readonly attemptId: string;
  readonly slot: string;
  /** Milliseconds UTC. */
  readonly until: number;
}

/** A slot's name: unique for ever, since no incarnation (letters and digits) comes twice. */
export const slotNameOf = (incarnation: string, number: number): string => `${incarnation}-${number}`;

/** The id of an attempt: the slot, and how many attempts it had begun. */
export const attemptIdOf = (slot: string, number: number): string => `${slot}-${number}`;

/** Of a slot or an attempt, by its name. */
export const incarnationOf = (attemptId: string): string => attemptId.split('-', 1)[0] ?? '';

/** Why an attempt counts as lost, or null while it does not. `alive` null: nobody knows which processes live. */
export const lossOf = (
  { attemptId, slot, until }: Lease,
  { alive, now }: { readonly alive: readonly string[] | null; readonly now: number },
): string | null => {
  if (now >= until) return `Slot ${slot} had not been heard of for ${leaseMs / 1000} seconds.`;
  if (alive !== null && !alive.includes(incarnationOf(attemptId))) return `The process of slot ${slot} has ended.`;
  return null;
};

/** Waiting work announces itself again after this long, then ever more rarely: its announcement may have been lost. */
const resumeMsMin = 30_000;
const resumeMsMax = 300_000;

/** When unfinished work looks after itself next: when the earliest lease ends, else by how old it is. */
export const nextResume = (
  leases: readonly Lease[],
  { now, createdAt }: { readonly now: number; readonly createdAt: number },
): number => {
  const age = Math.min(resumeMsMax, Math.max(resumeMsMin, now - createdAt));
  return leases.reduce((earliest, { until }) => Math.min(earliest, until), leases.length > 0 ? Infinity : now + age);
};
