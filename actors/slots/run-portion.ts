/** What a slot does with a portion of a batch: make its members, run them, store what came of them, report. */

import { MarketDataMistake, SearchMistake } from '#domain';
import type { Feed } from '#domain';
import type { Declared, Job } from '#ports';
import { batchKind } from '../batch/batch.ts';
import type { BatchProgress, BatchSpec, ReservePortion } from '../batch/batch-messages.ts';
import { memberPlan } from '../batch/member-plan.ts';
import type { Member, MemberPlan } from '../batch/member-plan.ts';
import type { ReplyTo } from '#kernel';
import type { Attempt } from './attempt.ts';
import { PortionTally } from './portion-tally.ts';
import { ProgressMeter } from './progress-meter.ts';
import { messageOf, runJobs } from './run-jobs.ts';
import { runWalkForward } from './run-walk-forward.ts';

type Portion = NonNullable<ReplyTo<ReservePortion>>;

export interface PortionDone {
  /** True when there may be more of the batch to do. */
  readonly again: boolean;
  readonly members: number;
}

export const runPortion = async (attempt: Attempt, id: string, membersMax: number): Promise<PortionDone> => {
  const { id: attemptId, slot } = attempt;
  const reserve: ReservePortion = { type: 'ReservePortion', attemptId, slot, members: membersMax };
  const reserved = await attempt.say(batchKind, id, reserve);
  if (!reserved.counts || reserved.reply === null) return { again: false, members: 0 };
  const portion = reserved.reply;
  const again = await attempt.underLease(
    () => attempt.needs.system.ask(batchKind, id, { type: 'RenewPortion', attemptId }),
    async () => {
      try {
        await runMembers(attempt, id, portion);
        return true;
      } catch (error) {
        return lose(attempt, id, error);
      }
    },
  );
  return { again, members: portion.to - portion.from };
};

const runMembers = async (attempt: Attempt, id: string, portion: Portion): Promise<void> => {
  const { id: attemptId, needs } = attempt;
  const { spec, from, to } = portion;
  const compiled = await attempt.place.runner.compile(spec.owner, spec.source);
  if (attempt.signal.aborted) throw new Error('The portion was stopped.');
  if (!compiled.ok) return failBatch(attempt, id, compiled.diagnostic.message);
  const plan = planOrMistake(compiled.declared, spec);
  if (plan instanceof SearchMistake) return failBatch(attempt, id, plan.message);
  if (to > plan.total)
    return failBatch(
      attempt,
      id,
      `The batch was submitted with more than the ${plan.total} members that its plan has.`,
    );
  const tally = new PortionTally(spec.rankBy);
  const tell = progressOf(attempt, id, portion, tally);
  for (const group of groupsOf(plan.members(from, to))) {
    await runGroup(attempt, { spec, plan, declared: compiled.declared, group, tally, tell });
    if (attempt.signal.aborted) throw new Error('The portion was stopped.');
  }
  await attempt.patiently(() => needs.results.storeMembers(attemptId, id, tally.results));
  const stored = await attempt.say(batchKind, id, tally.report(attemptId));
  if (!stored.counts) await attempt.takeBack();
};

const failBatch = async (attempt: Attempt, id: string, reason: string): Promise<void> => {
  await attempt.say(batchKind, id, { type: 'FailBatch', attemptId: attempt.id, reason });
};

const planOrMistake = (declared: Declared, spec: BatchSpec): MemberPlan | SearchMistake => {
  try {
    return memberPlan(declared.params, spec);
  } catch (error) {
    if (error instanceof SearchMistake) return error;
    throw error;
  }
};

/** Members in a row that share their data. */
function* groupsOf(members: Iterable<Member>): Generator<readonly [Member, ...Member[]]> {
  let group: [Member, ...Member[]] | null = null;
  for (const member of members) {
    if (group !== null && group[0].feedSet === member.feedSet && group[0].period === member.period) {
      group.push(member);
      continue;
    }
    if (group !== null) yield group;
    group = [member];
  }
  if (group !== null) yield group;
}

interface GroupRun {
  readonly spec: BatchSpec;
  readonly plan: MemberPlan;
  readonly declared: Declared;
  readonly group: readonly [Member, ...Member[]];
  readonly tally: PortionTally;
  readonly tell: () => void;
}

const runGroup = async (attempt: Attempt, { spec, plan, declared, group, tally, tell }: GroupRun): Promise<void> => {
  const [{ feedSet, period }] = group;
  const feedsWanted = spec.feedSets[feedSet] ?? [];
  const symbols = feedsWanted.map(({ symbol }) => symbol);
  const { profile, config, seed, owner, source } = spec;
  const only = spec.plan.type === 'walk-forward' || spec.periods.length === 1 ? spec.periods[period] : undefined;
  const wanted = only ?? hullOf(spec.periods);
  let feeds: readonly Feed[];
  try {
    feeds = await attempt.patiently(
      () => attempt.feeds.load({ feeds: feedsWanted, profile, ...wanted }),
      (error) => error instanceof MarketDataMistake,
    );
  } catch (error) {
    if (!(error instanceof MarketDataMistake)) throw error;
    for (const member of group) tally.fail(member, symbols, error.message);
    return;
  }
  const run = { userId: owner, source, feeds };
  if (spec.plan.type === 'walk-forward' && plan.grid !== null) {
    for (const member of group) {
      const found = await runWalkForward(attempt, run, { spec, declared, grid: plan.grid, walk: spec.plan, member });
      if (attempt.signal.aborted) return;
      if ('failure' in found) tally.fail(member, symbols, found.failure);
      else tally.addWalkForward({ ...found.result, symbols }, found.report);
      tell();
    }
    return;
  }
  const span = only === undefined ? spanOf(spec.periods[period]) : null;
  const jobs = group.map(({ params }): Job => ({ params: params ?? {}, profile, config, seed, keep: 'summary', span }));
  await runJobs(attempt, run, jobs, (at, outcome) => {
    const member = group[at];
    if (member !== undefined) tally.add(member, symbols, outcome);
    tell();
  });
};

type Period = BatchSpec['periods'][number];

/** One stretch that has all periods, so that it is loaded once; each run sees its own part. */
const hullOf = (periods: readonly Period[]): Period => ({
  from: periods.some(({ from }) => from === null) ? null : Math.min(...periods.map(({ from }) => from ?? 0)),
  to: periods.some(({ to }) => to === null) ? null : Math.max(...periods.map(({ to }) => to ?? 0)),
});

/** JSON has no infinity. */
const spanOf = (period: Period | undefined): NonNullable<Job['span']> => ({
  from: period?.from ?? Number.MIN_SAFE_INTEGER,
  to: period?.to ?? Number.MAX_SAFE_INTEGER,
});

/** Tells those who watch how far the batch has come, as far as this slot knows. */
const progressOf = (
  { slot, needs: { bus, clock } }: Attempt,
  batchId: string,
  { members, finished, portions }: Portion,
  tally: PortionTally,
): (() => void) => {
  const meter = new ProgressMeter(clock);
  return () => {
    const progress = meter.at({ done: tally.finished, total: members, before: finished });
    if (progress === null) return;
    const { percent, perSecond, etaSeconds } = progress;
    const data: BatchProgress = {
      batchId,
      slot,
      percent,
      backtestsPerSecond: perSecond,
      etaSeconds: etaSeconds === null ? null : etaSeconds / Math.max(1, portions),
    };
    bus.publish({ channel: `batch:${batchId}`, key: `progress:${slot}`, data: { type: 'progress', ...data } });
  };
};

/** True when the members are to be done again. */
const lose = async (attempt: Attempt, id: string, error: unknown): Promise<boolean> => {
  const { id: attemptId, end, place, needs } = attempt;
  if (end === 'withdrawn' || end === 'stale') {
    await attempt.takeBackUnless(async () => {
      const answer = await needs.system.ask(batchKind, id, { type: 'GetBatch' });
      return answer.type === 'replied' && answer.reply.attemptIds.includes(attemptId);
    });
    return end === 'stale';
  }
  place.close();
  await attempt.say(batchKind, id, { type: 'PortionLost', attemptId, reason: messageOf(error) });
  return true;
};
