/** What `Date`, `Math.random` and `console` mean in a run: the values of the strategy's own context. */

import type { Strategy } from '#domain';
import type { RealmSources } from './realm.ts';

type Context = Parameters<NonNullable<Strategy['handlers']['init']>>[0];
type Init = NonNullable<Strategy['handlers']['init']>;

let context: Context | null = null;

/** Before the first bar it is 1970, and random numbers are a constant: a module must not differ from run to run. */
export const runSources: RealmSources = {
  now: () => {
    const now = context?.now ?? 0;
    return Number.isNaN(now) ? 0 : now;
  },
  random: () => context?.random() ?? 0.5,
  log: (values) => context?.log(...values),
};

/** The strategy, with its run's context noted as soon as there is one. */
export const useContext = (strategy: Strategy): Strategy => {
  const { init } = strategy.handlers;
  const noted: Init = (ctx, params) => {
    context = ctx;
    return init === null ? undefined : init(ctx, params);
  };
  return Object.freeze({ ...strategy, handlers: Object.freeze({ ...strategy.handlers, init: noted }) });
};

/** Forgets a run's context at its end, so that the next run's module does not draw from its random numbers. */
export const forgetContext = (): void => {
  context = null;
};
