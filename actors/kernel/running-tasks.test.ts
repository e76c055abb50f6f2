/** Work outside of an actor, which comes back as a command. */

import { describe, expect, test } from 'vitest';
import type { Task } from './actor-kind.ts';
import { purse } from './testing/purse.ts';
import type { PurseCommand } from './testing/purse.ts';
import { kindsOf } from './supervision/tree-view.ts';
import { startTestSystem } from './testing/test-system.ts';

const work = (input: string) => ({ type: 'Work', input }) as const;
const read = { type: 'Read' } as const;
const a = { kind: 'purse', id: 'a' };

/** A kind with this task, whose inputs and signals are noted. */
const withTask = (task: (input: string, signal: AbortSignal) => Promise<PurseCommand | null>) => {
  const started: string[] = [];
  const signals: AbortSignal[] = [];
  const run: Task<PurseCommand> = (input, { signal }) => {
    started.push(input);
    signals.push(signal);
    return task(input, signal);
  };
  return { kind: { ...purse, tasks: { work: run } }, started, signals };
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });

describe('a task', () => {
  test('starts after the commit, and its result is a command to the actor', async () => {
    const { kind, started } = withTask(async (input) => ({ type: 'WorkDone', output: `${input} done` }));
    const { system, journal } = startTestSystem({ kinds: [kind] });
    await system.ask(kind, 'a', read);
    journal.hold();
    const ask = system.ask(kind, 'a', work('digging'));
    await journal.untilHeld(1);
    expect(started).toEqual([]);
    journal.letGo();
    await ask;
    await journal.until(() => journal.eventsOf(a).length === 2);
    expect(started).toEqual(['digging']);
    expect(journal.eventsOf(a)[1]?.payload).toBe('{"type":"WorkEnded","output":"digging done"}');
  });

  test('is told to stop when the actor wants it, and may still say how it ended', async () => {
    const { kind } = withTask(async (_input, signal) => {
      await untilAborted(signal);
      return { type: 'WorkDone', output: 'stopped' };
    });
    const { system, journal } = startTestSystem({ kinds: [kind] });
    await system.ask(kind, 'a', work('digging'));
    await system.ask(kind, 'a', { type: 'StopWork' });
    await journal.until(() => journal.eventsOf(a).length === 2);
  });

  test('may throw when it is told to stop', async () => {
    const { kind } = withTask(async (_input, signal) => {
      await untilAborted(signal);
      throw new Error('stopped');
    });
    const { system, reports } = startTestSystem({ kinds: [kind] });
    await system.ask(kind, 'a', work('digging'));
    await system.ask(kind, 'a', { type: 'StopWork' });
    await system.ask(kind, 'a', read);
    await system.stop();
    expect(reports).toEqual([]);
  });

  test('that was under way is taken up again after a restart', async () => {
    const { kind, started, signals } = withTask((_input, signal) => untilAborted(signal).then(() => null));
    const first = startTestSystem({ kinds: [kind] });
    await first.system.ask(kind, 'a', work('digging'));
    await first.system.stop();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    const second = startTestSystem({ ...first, kinds: [kind] });
    await second.system.ask(kind, 'a', read);
    expect(started).toEqual(['digging', 'digging']);
    await second.system.stop();
  });

  test('keeps its actor in memory', async () => {
    const { kind } = withTask((_input, signal) => untilAborted(signal).then(() => null));
    const { system, clock } = startTestSystem({ kinds: [kind] });
    await system.ask(kind, 'a', work('digging'));
    clock.advance(3_600_000);
    expect(kindsOf(system.inspect())[0]?.resident).toBe(1);
    await system.stop();
  });

  test('that fails restarts the actor, which takes it up again', async () => {
    let failures = 0;
    const { kind } = withTask(async () => {
      failures++;
      if (failures < 3) throw new Error('out of luck');
      return { type: 'WorkDone', output: 'at last' };
    });
    const { system, journal, reports } = startTestSystem({ kinds: [kind] });
    await system.ask(kind, 'a', work('digging'));
    await journal.until(() => journal.eventsOf(a).length === 2);
    expect(reports).toMatchObject([
      { type: 'defect', command: null },
      { type: 'defect', command: null },
    ]);
  });

  test('that always fails ends in quarantine', async () => {
    const { kind } = withTask(() => Promise.reject(new Error('no way')));
    const { system, untilReported } = startTestSystem({ kinds: [kind] });
    await system.ask(kind, 'a', work('digging'));
    await untilReported('quarantined');
    await expect(system.ask(kind, 'a', read)).rejects.toMatchObject({ code: 'quarantined' });
  });

  test('ends with its actor when a write fails, and starts again', async () => {
    const { kind, started, signals } = withTask((_input, signal) => untilAborted(signal).then(() => null));
    const { system, journal } = startTestSystem({ kinds: [kind] });
    await system.ask(kind, 'a', work('digging'));
    journal.failNextAppend(new Error('no answer'));
    await expect(system.ask(kind, 'a', { type: 'Put', amount: 1 })).rejects.toMatchObject({ code: 'outcome-unknown' });
    await system.ask(kind, 'a', read);
    expect(started).toHaveLength(2);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    await system.stop();
  });
});

test('a system that stops begins no task: the next run takes it up', async () => {
  const { kind, started } = withTask(() => new Promise(() => {}));
  const first = startTestSystem({ kinds: [kind] });
  await first.system.ask(kind, 'a', read);
  first.journal.hold();
  const ask = first.system.ask(kind, 'a', work('digging'));
  await first.journal.untilHeld(1);
  const stopped = first.system.stop();
  first.journal.letGo();
  expect(await ask).toMatchObject({ type: 'replied' });
  await stopped;
  expect(started).toEqual([]);
  const second = startTestSystem({ ...first, kinds: [kind] });
  await second.system.ask(kind, 'a', read);
  expect(started).toEqual(['digging']);
});
