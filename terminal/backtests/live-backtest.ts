/** A backtest or batch as it goes on: its view after each change, and how far it is. */

import { useEffect, useState } from 'preact/hooks';
import type { Backtest, BacktestEvent, BacktestProgress, Batch, BatchEvent } from '#sdk';
import { live } from '../session/session.ts';

export type AnyBacktest = Backtest | Batch;

export interface LiveBacktest<View extends AnyBacktest> {
  readonly view: View;
  readonly progress: BacktestProgress | null;
}

export const isUnderWay = ({ status }: Pick<AnyBacktest, 'status'>): boolean =>
  status !== 'completed' && status !== 'failed' && status !== 'cancelled';

/** Events tell what has changed alone. */
export const afterEvent = <View extends AnyBacktest>(
  state: LiveBacktest<View>,
  event: BacktestEvent | BatchEvent,
): LiveBacktest<View> => {
  if (event.type === 'progress') return { ...state, progress: event };
  const view = { ...state.view, ...event.view }; // the channel tells of one kind alone
  return { view, progress: isUnderWay(view) ? state.progress : null };
};

/** `onEnd` runs when it has ended while it was watched. */
export const useLiveBacktest = <View extends AnyBacktest>(initial: View, onEnd: () => void): LiveBacktest<View> => {
  const [state, setState] = useState<LiveBacktest<View>>({ view: initial, progress: null });
  useEffect(() => {
    setState({ view: initial, progress: null });
    if (!isUnderWay(initial)) return undefined;
    let latest: LiveBacktest<View> = { view: initial, progress: null };
    const take = (event: BacktestEvent | BatchEvent): void => {
      const wasUnderWay = isUnderWay(latest.view);
      latest = afterEvent(latest, event);
      setState(latest);
      if (wasUnderWay && !isUnderWay(latest.view)) onEnd();
    };
    const { id } = initial;
    return initial.kind === 'single'
      ? live().backtest(id, { onSnapshot: (view) => take({ type: 'state', view }), onPublication: take })
      : live().batch(id, { onSnapshot: (view) => take({ type: 'state', view }), onPublication: take });
  }, [initial.id, initial.status]);
  return state;
};
