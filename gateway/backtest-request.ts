/** Makes of what was asked for a backtest or a batch that can run, or says what is wrong with it. */

import { memberPlan, strategyKind } from '#actors';
import type { BacktestSpec, BatchPlan, BatchSpec } from '#actors';
import { ConfigMistake, readParams, resolveProfile, SearchMistake } from '#domain';
import type { ParamDeclarations } from '#domain';
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { feedSetsOf, mustHaveData } from './backtest-feeds.ts';
import type { Period } from './backtest-feeds.ts';
import type { DeclaredStrategies } from './declared.ts';
import { ProblemError } from './errors.ts';
import type { ProblemPart } from './errors.ts';
import { ask, principalOf } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { invalid } from './invalid.ts';
import { mustOwn } from './permissions.ts';
import { versionOf } from './routes/strategy-versions.ts';
import type { NewBacktest } from './schemas/backtests.ts';
import { timeOf } from './wire.ts';

type Asked = Static<typeof NewBacktest>;

export type Submission =
  | { readonly kind: 'single'; readonly spec: BacktestSpec }
  | { readonly kind: 'batch'; readonly spec: BatchSpec; readonly members: number };

/** More would run for days, and nobody looks at them. */
const membersMax = 1_000_000;
const priorityUsual = 5;

export const submissionOf = async (
  gateway: Gateway,
  strategies: DeclaredStrategies,
  request: Pick<FastifyRequest, 'id' | 'principal'>,
  asked: Asked,
): Promise<Submission> => {
  const { userId: owner } = principalOf(request);
  const { strategyId, params = {}, profile = 'native', config = {}, seed = 1, priority = priorityUsual, batch } = asked;
  mustOwn(principalOf(request), strategyId, 'strategy-unknown');
  if (batch === undefined) refuseBatchOptions(asked);
  refuseProfile(profile, config);
  const strategy = await ask(gateway, request, strategyKind, strategyId, { type: 'GetStrategy' });
  const { version, source } =
    asked.version === undefined
      ? { version: strategy.head, source: strategy.source }
      : await versionOf(gateway, request, strategyId, asked.version);
  const declared = await strategies.of(request, { strategyId, version: version.version, source });
  const feedSets = feedSetsOf(declared, asked);
  const periods = (asked.periods ?? [asked]).map((period, place) =>
    periodOf(period, asked.periods === undefined ? '' : `/periods/${place}`),
  );
  const common = {
    owner,
    strategyId,
    strategyName: strategy.name,
    strategyVersion: version.version,
    source,
    params,
    profile,
    config,
    seed,
    priority,
  };
  if (batch === undefined) {
    refuseParams(declared.params, [[params, '/params']]);
    await mustHaveData(gateway, request, feedSets, periods);
    const [feeds = []] = feedSets;
    const [{ from, to } = wholeTime] = periods;
    return { kind: 'single', spec: { ...common, feeds, from, to } };
  }
  const spec: BatchSpec = { ...common, plan: planOf(batch), feedSets, periods, rankBy: asked.rankBy ?? 'sharpe' };
  const members = membersOf(declared.params, spec);
  await mustHaveData(gateway, request, feedSets, periods);
  return { kind: 'batch', spec, members };
};

const wholeTime: Period = { from: null, to: null };

const refuseBatchOptions = (asked: Asked): void => {
  // `rankBy` has a default, so whether it was given can not be told.
  const option = (['periods', 'each'] as const).find((name) => asked[name] !== undefined);
  if (option !== undefined) throw invalid(`/${option}`, `"${option}" is for batches.`, 'Leave it out, or add "batch".');
};

const refuseProfile = (profile: string, config: unknown): void => {
  try {
    resolveProfile(profile, config);
  } catch (error) {
    if (!(error instanceof ConfigMistake)) throw error;
    const pointer = error.path.replaceAll(/\.|\[(\d+)\]/g, (_, digits: string | undefined) => `/${digits ?? ''}`);
    throw invalid(`/config${pointer === '' ? '' : `/${pointer}`}`, error.message, error.remedy);
  }
};

const periodOf = ({ from, to }: { readonly from?: string | null; readonly to?: string | null }, at: string): Period => {
  const period = {
    from: from === undefined || from === null ? null : timeOf(from, `${at}/from`),
    to: to === undefined || to === null ? null : timeOf(to, `${at}/to`),
  };
  if (period.from !== null && period.to !== null && period.from >= period.to) {
    throw invalid(
      `${at}/to`,
      'The period ends before it begins.',
      'The end is exclusive, and later than the beginning.',
    );
  }
  return period;
};

const planOf = (batch: NonNullable<Asked['batch']>): BatchPlan =>
  batch.type === 'random' ? { ...batch, seed: String(batch.seed ?? 1) } : batch;

/** How many there are; checks what can be checked without making them. */
const membersOf = (declarations: ParamDeclarations, spec: BatchSpec): number => {
  const { plan, params } = spec;
  if (plan.type === 'list') {
    refuseParams(
      declarations,
      plan.params.map((own, place) => [{ ...params, ...own }, `/batch/params/${place}`]),
    );
  }
  const { total } = planned(declarations, spec);
  if (total <= membersMax) return total;
  throw invalid(
    '/batch',
    `The batch has ${total} backtests; it may have ${membersMax}.`,
    'Give larger steps or fewer symbols, or search at random.',
    'batch-plan',
  );
};

/** The members of a batch by its plan; what can not be is a problem. */
export const planned = (declarations: ParamDeclarations, spec: BatchSpec): ReturnType<typeof memberPlan> => {
  try {
    return memberPlan(declarations, spec);
  } catch (error) {
    if (!(error instanceof SearchMistake)) throw error;
    throw invalid('/batch', error.message, error.remedy, 'batch-plan');
  }
};

/** Refuses values that the strategy's parameters do not take, each with its pointer. */
export const refuseParams = (
  declarations: ParamDeclarations,
  given: readonly (readonly [params: Readonly<Record<string, unknown>>, pointer: string])[],
): void => {
  const errors = given.flatMap(([params, at]) =>
    readParams(declarations, params).problems.map(({ param, message, remedy }): ProblemPart => ({
      pointer: `${at}/${param}`,
      message,
      remedy,
    })),
  );
  if (errors.length > 0) {
    throw new ProblemError('request-invalid', errors[0]?.message, { errors: errors.slice(0, partsMax) });
  }
};
/** Problems named of one request. */
const partsMax = 20;
