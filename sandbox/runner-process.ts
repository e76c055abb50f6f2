/**
 * The program of a runner's process. It reads a frame, does what it says and answers, one after the
 * other and without an event loop: while a strategy runs nothing else can, and only the parent's kill
 * ends what never ends. Everything arrives and leaves through the one socket that it inherits.
 */

import { readFileSync, readSync, writeSync } from 'node:fs';
import type IsolatedVM from 'isolated-vm';
import { failure } from './failure.ts';
import type { SandboxFailure } from './failure.ts';
import { encodeFrame, FrameReader } from './frame.ts';
import type { Frame } from './frame.ts';
import { StrategyIsolate } from './isolate.ts';
import type { CompiledStrategy } from './isolate.ts';
import type { RunnerCommand, RunnerReply } from './runner-messages.ts';
import type { IsolateModules, ModulesPlace } from './runner-modules.ts';
import { SourceRefused } from './strategy-source.ts';
import { readThrown, thrownFailure } from './thrown-failure.ts';

const socket = 3;
/** A strategy's run reports more often than anybody looks. */
const progressIntervalMs = 100;

/** The parent is trusted, and price data have no bound but memory. */
const reader = new FrameReader({ textBytesMax: 2 ** 29, arrayBytesMax: 2 ** 40 });

let isolate: StrategyIsolate | null = null;
let strategy: CompiledStrategy | null = null;

const main = (): void => {
  for (let frame = nextFrame(); frame !== null; frame = nextFrame()) {
    answer(frame);
  }
};

const answer = ({ message, arrays }: Frame): void => {
  const command = message as RunnerCommand; // our own parent wrote it
  switch (command.type) {
    case 'Boot':
      isolate = boot(command);
      return reply({ type: 'Ready', version: process.version });
    case 'ClearFeeds':
      ready().clearFeeds();
      return reply({ type: 'Done' });
    case 'AddFeed':
      ready().addFeed(JSON.stringify(command.meta), arrays);
      return reply({ type: 'Done' });
    case 'Compile':
      return compile(command.source);
    case 'Judge':
      return judge(command.paramsList);
    case 'Run':
      for (const { id, job } of command.jobs) run(id, job);
      return undefined;
  }
};

const boot = ({
  addon,
  modules,
  memoryLimitMiB,
  callLimitMs,
}: Extract<RunnerCommand, { type: 'Boot' }>): StrategyIsolate => {
  const holder: { exports: { ivm?: typeof IsolatedVM } } = { exports: {} };
  process.dlopen(holder, addon);
  if (holder.exports.ivm === undefined) throw new Error('isolated-vm did not load');
  return new StrategyIsolate({
    ivm: holder.exports.ivm,
    modules: modulesAt(modules),
    memoryLimitMiB,
    callLimitMs,
    onProgress,
  });
};

const modulesAt = (place: ModulesPlace): IsolateModules =>
  'inline' in place ? place.inline : (JSON.parse(readFileSync(place.file, 'utf8')) as IsolateModules); // our own parent made the file

const compile = (source: CompiledStrategy['source']): void => {
  strategy = null;
  try {
    const compiled = ready().compile(source);
    const outcome = ready().withStrategy(compiled, 'describe');
    const described = 'failure' in outcome ? outcome : read(outcome.text, compiled);
    if ('failure' in described) return reply({ type: 'Failed', id: null, failure: described.failure });
    strategy = compiled;
    return reply({ type: 'Described', declaration: described.value['declaration'] });
  } catch (error) {
    if (!(error instanceof SourceRefused)) throw error;
    return reply({ type: 'Failed', id: null, failure: error.failure });
  }
};

const judge = (paramsList: readonly unknown[]): void => {
  const compiled = current();
  const outcome = ready().withStrategy(compiled, 'judge', JSON.stringify(paramsList));
  const judged = 'failure' in outcome ? outcome : read(outcome.text, compiled);
  if ('failure' in judged) return reply({ type: 'Failed', id: null, failure: judged.failure });
  return reply({ type: 'Judged', allowed: judged.value['allowed'] });
};

let running = -1;
let reportedAt = 0;

const onProgress = (step: number, steps: number, equity: number): void => {
  const now = performance.now();
  if (now - reportedAt < progressIntervalMs) return;
  reportedAt = now;
  reply({ type: 'Progress', id: running, step, steps, equity });
};

const run = (id: number, job: { readonly keep: 'full' | 'summary' }): void => {
  const compiled = current();
  running = id;
  reportedAt = performance.now();
  const outcome = ready().withStrategy(compiled, 'run', JSON.stringify(job));
  const finished = 'failure' in outcome ? outcome : read(outcome.text, compiled);
  if ('failure' in finished) {
    ready().release();
    return reply({ type: 'Failed', id, failure: finished.failure });
  }
  const { head } = finished.value;
  if (job.keep === 'summary') {
    reply({ type: 'Finished', id, head }, [ready().takeNumbers('takeNumbers', 'short-equity')]);
  } else {
    sendRows(id);
    reply({ type: 'Finished', id, head }, [
      ready().takeNumbers('takeNumbers', 'timeline'),
      ready().takeNumbers('takeNumbers', 'equity'),
    ]);
  }
  ready().release();
};

const sendRows = (id: number): void => {
  for (let text = ready().takeText('nextRows'); text !== ''; text = ready().takeText('nextRows')) {
    const { table, texts } = parse(text);
    reply({ type: 'Rows', id, table, texts }, [ready().takeNumbers('rowNumbers')]);
  }
};

/** What the isolate answered, or the failure that it tells of. */
const read = (
  text: string,
  { source }: CompiledStrategy,
): { readonly value: Readonly<Record<string, unknown>> } | { readonly failure: SandboxFailure } => {
  const value = parse(text);
  if (value['problem'] !== undefined) return { failure: notAStrategy(value['problem'], source.entry) };
  if (value['thrown'] !== undefined) return { failure: thrownFailure(readThrown(value['thrown']), source) };
  return { value };
};

const parse = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>; // an object, checked before
  } catch {
    // falls through: only a broken isolate writes such a text, and the parent refuses the empty answer
  }
  return {};
};

const example = "export default defineStrategy({ name: 'my-strategy', onBar(ctx) { … } })";

const notAStrategy = (problem: unknown, entry: string): SandboxFailure => {
  switch (problem) {
    case 'missing':
      return failure('not-a-strategy', `${entry} has no default export.`, { remedy: `Write ${example}.` });
    case 'unfinished':
      return failure('not-a-strategy', `${entry} waits at its top level and never becomes a strategy.`, {
        remedy: 'Remove "await": everything a strategy can reach answers at once.',
      });
    default:
      return failure('not-a-strategy', `The default export of ${entry} was not made by defineStrategy.`, {
        remedy: `Write ${example}.`,
      });
  }
};

const ready = (): StrategyIsolate => {
  if (isolate === null) throw new Error('the runner was not booted');
  return isolate;
};

const current = (): CompiledStrategy => {
  if (strategy === null) throw new Error('the runner has no strategy');
  return strategy;
};

const nextFrame = (): Frame | null => {
  for (;;) {
    const { room } = reader;
    const count = readSync(socket, room, 0, Math.min(room.length, readBytesMax), null);
    if (count === 0) return null; // the parent has closed the socket, or died
    const frame = reader.filled(count);
    if (frame !== null) return frame;
  }
};

/** One read of a socket gives at most this much, whatever is asked for. */
const readBytesMax = 2 ** 30;

const reply = (message: RunnerReply, arrays: readonly Float64Array[] = []): void => {
  for (const piece of encodeFrame(message, arrays)) {
    for (let written = 0; written < piece.length;)
      written += writeSync(socket, piece, written, Math.min(piece.length - written, readBytesMax));
  }
};

main();
