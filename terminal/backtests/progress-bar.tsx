/** How far it is, how fast, and how long it will take. */

import type { BacktestProgress, BacktestStatus } from '#sdk';
import { showMoney, showNumber, showShort } from '../format/numbers.ts';
import { showSeconds } from '../format/times.ts';

interface ProgressBarProps {
  readonly status: BacktestStatus;
  readonly progress: BacktestProgress | null;
}

const waiting: Partial<Readonly<Record<BacktestStatus, string>>> = {
  queued: 'Waiting for a free runner',
  reserved: 'A runner has taken it',
  running: 'Running',
  storing: 'Storing the result',
};

export const ProgressBar = ({ status, progress }: ProgressBarProps) => {
  const { percent = 0, barsPerSecond, backtestsPerSecond, etaSeconds = null, equity } = progress ?? {};
  return (
    <div class="progress" role="status">
      <progress max={100} {...(progress === null ? {} : { value: percent })} aria-label="Progress" />
      <div class="progress-words">
        <b>{progress === null ? (waiting[status] ?? status) : `${showNumber(percent, 1)} %`}</b>
        {barsPerSecond !== undefined && <span>{showShort(barsPerSecond)} bars/s</span>}
        {backtestsPerSecond !== undefined && <span>{showShort(backtestsPerSecond)} backtests/s</span>}
        {etaSeconds !== null && <span>{showSeconds(etaSeconds)} left</span>}
        {equity !== undefined && <span>equity so far {showMoney(equity)}</span>}
      </div>
    </div>
  );
};
