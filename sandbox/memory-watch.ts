/** Watches the resident memory of another process and tells when it passes a limit. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { memoryPollMs } from './limits.ts';

/** Where there is no /proc, asking costs a process: then less often. */
const slowPollMs = 250;
/** Linux counts memory in pages; all systems that run Node on it have this size or larger. */
const pageBytesDefault = 4_096;

export interface MemoryWatch {
  stop(): void;
}

/** Calls `onExceeded` once when the process has more than `limit()` bytes in memory. */
export const watchMemory = (pid: number, limit: () => number, onExceeded: (bytes: number) => void): MemoryWatch => {
  const check = (bytes: number | null): void => {
    if (bytes === null || bytes <= limit()) return;
    clearInterval(timer);
    onExceeded(bytes);
  };
  const hasProc = process.platform === 'linux';
  const timer = setInterval(
    () => (hasProc ? check(residentOfProc(pid)) : residentOfPs(pid, check)),
    hasProc ? memoryPollMs : slowPollMs,
  );
  timer.unref();
  return { stop: () => clearInterval(timer) };
};

/** Resident bytes of a process; null when it is gone. */
const residentOfProc = (pid: number): number | null => {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return Number.isFinite(pages) ? pages * pageBytesDefault : null;
  } catch {
    return null; // the process has ended; its exit is told elsewhere
  }
};

const residentOfPs = (pid: number, tell: (bytes: number | null) => void): void => {
  if (process.platform === 'win32') {
    execFile('tasklist', ['/fi', `PID eq ${pid}`, '/fo', 'csv', '/nh'], (error, stdout) => {
      const kilobytes = Number(/"([\d.,]+) K"/.exec(stdout)?.[1]?.replace(/\D/g, '') ?? NaN);
      tell(error === null && Number.isFinite(kilobytes) ? kilobytes * 1_024 : null);
    });
    return;
  }
  execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) => {
    const kilobytes = Number(stdout.trim());
    tell(error === null && Number.isFinite(kilobytes) && kilobytes > 0 ? kilobytes * 1_024 : null);
  });
};
