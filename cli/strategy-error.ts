/** A strategy that failed, told with the place in its source. */

import type { SandboxFailure } from '#sandbox';
import { showTime } from '#report';

export class StrategyError extends Error {
  override readonly name = 'StrategyError';
  readonly code: string;
  readonly remedy: string;

  constructor(failure: SandboxFailure) {
    super(describeFailure(failure));
    this.code = failure.mistake ?? failure.code;
    this.remedy = failure.remedy ?? 'Mend the strategy and run it again.';
  }
}

/** What failed, where in the source and when in the run, with the lines around it. */
export const describeFailure = ({ message, position, codeFrame, handler, time, calls }: SandboxFailure): string => {
  const place = position === null ? '' : ` (${position.file}:${position.line}:${position.column})`;
  const when = handler === null ? '' : `\n  in ${handler}${time === null ? '' : ` at the bar of ${showTime(time)}`}`;
  const frame = codeFrame === null ? '' : `\n\n${codeFrame}`;
  const trail = calls.length > 1 ? `\n\n${calls.map((call) => `  from ${call}`).join('\n')}` : '';
  return `${message}${place}${when}${frame}${trail}${frame === '' && trail === '' ? '' : '\n'}`;
};
