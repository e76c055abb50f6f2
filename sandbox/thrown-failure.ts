/** Turns what is known of a thrown value into a failure with its place in the strategy's source. */

import { codeFrame } from './code-frame.ts';
import { failure } from './failure.ts';
import type { SandboxFailure, SourcePosition } from './failure.ts';
import { messageLengthMax, stackLengthMax } from './limits.ts';
import type { StrategySource } from './strategy-source.ts';

/** Prefix of the strategy's own files in stack traces, so that no file of ours can be meant. */
export const userPrefix = 'strategy:';

/** What a runner's isolate tells of a thrown value; all of it may be made up by the strategy. */
export interface ReportedThrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code: string | null;
  readonly remedy: string | null;
  readonly handler: string | null;
  readonly time: number | null;
}

export const readThrown = (value: unknown): ReportedThrown => {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>; // fields are checked one by one
  const text = (field: string, lengthMax: number): string | null =>
    typeof given[field] === 'string' ? given[field].slice(0, lengthMax) : null;
  return {
    name: text('name', 100) ?? 'Error',
    message: text('message', messageLengthMax) ?? '',
    stack: text('stack', stackLengthMax) ?? '',
    code: text('code', 64),
    remedy: text('remedy', messageLengthMax),
    handler: text('handler', 64),
    time: typeof given['time'] === 'number' ? given['time'] : null,
  };
};

export const thrownFailure = (thrown: ReportedThrown, source: StrategySource): SandboxFailure => {
  const calls = userCalls(thrown.stack, source);
  const position = calls[0]?.position ?? null;
  const text = position === null ? undefined : source.files[position.file];
  // A mistake that the platform found speaks for itself; of other errors the kind is part of the message.
  const isMistake = thrown.code !== null && thrown.remedy !== null;
  const remedy = thrown.remedy ?? remedyFor(thrown);
  const message =
    isMistake || thrown.message === '' || thrown.name === 'Error'
      ? thrown.message || thrown.name
      : `${thrown.name}: ${thrown.message}`;
  return failure(
    isMistake && thrown.handler === null && position === null ? 'run-refused' : 'strategy-threw',
    message,
    {
      remedy,
      mistake: isMistake ? thrown.code : null,
      position,
      codeFrame: position === null || text === undefined ? null : codeFrame(text, position),
      calls: calls.map(({ call }) => call),
      handler: thrown.handler,
      time: thrown.time,
    },
  );
};

interface UserCall {
  readonly call: string;
  readonly position: SourcePosition;
}

/** The frames of a stack that lie in the strategy's own files and exist there. */
const userCalls = (stack: string, { files }: StrategySource): UserCall[] => {
  const calls: UserCall[] = [];
  for (const line of stack.split('\n')) {
    const frame = /^\s*at (?:(.*?) \()?strategy:(.+):(\d+):(\d+)\)?$/.exec(line);
    if (frame === null) continue;
    const [, name = '', file = '', lineText = '', columnText = ''] = frame;
    if (!Object.hasOwn(files, file)) continue;
    const position = { file, line: Number(lineText), column: Number(columnText) };
    if (position.line < 1 || position.column < 1) continue;
    calls.push({ call: `${name === '' ? 'top level' : name} (${file}:${position.line}:${position.column})`, position });
  }
  return calls;
};

/** Names that people expect and a strategy does not have, and what it has instead. */
const absent: readonly (readonly [names: RegExp, remedy: string])[] = [
  [
    /^(setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame)$/,
    "Time passes bar by bar: use ctx.timer('name', at) and onTimer.",
  ],
  [
    /^(process|require|module|exports|global|__dirname|__filename|Buffer|fetch|XMLHttpRequest|WebSocket|Deno|Bun)$/,
    'A strategy has no files, network or process: what it needs comes in as data and parameters.',
  ],
  [
    /^(window|document|navigator|localStorage|performance)$/,
    'A strategy has no browser: use ctx.now for the time, ctx.log and ctx.plot to show things.',
  ],
  [
    /^(WebAssembly|SharedArrayBuffer|Atomics|Worker|Intl|Temporal|WeakRef|FinalizationRegistry|crypto)$/,
    'It depends on the machine, so runs would differ: use plain numbers, ctx.now and ctx.random().',
  ],
];

const remedyFor = ({ name, message }: ReportedThrown): string | null => {
  const missing = name === 'ReferenceError' ? /^(\S+) is not defined$/.exec(message)?.[1] : undefined;
  if (missing !== undefined) return absent.find(([names]) => names.test(missing))?.[1] ?? null;
  if (name === 'RangeError' && message === 'Maximum call stack size exceeded')
    return 'A function calls itself without end: check the condition that stops it.';
  return null;
};
