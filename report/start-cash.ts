/** The capital with which a run began. */

import type { BacktestResult } from '#domain';

/** Every profile calls it `cash`. */
export const startCashOf = ({ settings, equity }: Pick<BacktestResult, 'settings' | 'equity'>): number =>
  Number(settings['cash'] ?? equity[0] ?? 0);
