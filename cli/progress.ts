/** A progress bar with rate and time left, on standard error; silent where nobody watches. */

import type { Terminal } from './terminal.ts';

export interface Progress {
  /** `done` of the total given at the start; `detail` is a few words such as the equity so far. */
  update(done: number, detail?: string): void;
  stop(): void;
}

/** Redraws a second: smooth to the eye, nothing to the processor. */
const redrawsPerSecond = 10;

/** Starts a bar that counts `total` of `unit` ('bars', 'backtests', 'MB'). */
export const startProgress = async (
  terminal: Terminal,
  { title, total, unit }: { title: string; total: number; unit: string },
): Promise<Progress> => {
  if (!terminal.isInteractive || total <= 0) return { update: () => undefined, stop: () => undefined };
  const { SingleBar, Presets } = (await import('cli-progress')).default;
  const startedAt = performance.now();
  const bar = new SingleBar(
    {
      format: `${title} {bar} {percentage}% · {rate} ${unit}/s · {left}{detail}`,
      barsize: 28,
      fps: redrawsPerSecond,
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  const values = (done: number, detail: string): { rate: string; left: string; detail: string } => {
    const seconds = (performance.now() - startedAt) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    return {
      rate: shortNumber(rate),
      left: rate > 0 ? `${duration((total - done) / rate)} left` : '…',
      detail: detail === '' ? '' : ` · ${detail}`,
    };
  };
  bar.start(total, 0, values(0, ''));
  return {
    update: (done, detail = '') => bar.update(done, values(done, detail)),
    stop: () => bar.stop(),
  };
};

/** 12,345,678 → 12.3 M. */
const shortNumber = (value: number): string => {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(0)} k`;
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
};

/** Seconds as people read them: 0.4 s, 12 s, 3 min 5 s, 2 h 4 min. */
export const duration = (seconds: number): string => {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${seconds.toFixed(0)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
};
