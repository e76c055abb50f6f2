import { describe, expect, test } from 'vitest';
import { VirtualClock } from '#kernel/testing';
import { openSteps } from './steps.ts';

const step = { name: 'PostgreSQL', secondsMax: 60, remedy: 'Look at its log.' };
const forEver = (): Promise<never> => new Promise(() => {});

const setUp = () => {
  const clock = new VirtualClock();
  const told: string[] = [];
  const shown: string[] = [];
  const interruption = new AbortController();
  const tell = (fields: object, text: string): void => void told.push(`${JSON.stringify(fields)} ${text}`);
  const steps = openSteps({
    log: { warn: tell as never, error: tell as never }, // of its overloads this is the one that is used
    onStep: (text) => shown.push(text),
    signal: interruption.signal,
    clock,
  });
  return { clock, told, shown, interruption, steps };
};

describe('a step of the start', () => {
  test('that is quick gives what it gives, and nothing is told', async () => {
    const { steps, clock, told } = setUp();
    expect(await steps.run(step, () => Promise.resolve(7))).toBe(7);
    clock.advance(120_000);
    expect(told).toEqual([]);
  });

  test('that takes long is told with what it waits for at the time', async () => {
    const { steps, clock, told, shown } = setUp();
    const work = Promise.withResolvers<string>();
    const running = steps.run(step, (onWait) => {
      onWait('a former server to stop');
      return work.promise;
    });
    clock.advance(12_000);
    work.resolve('open');
    expect(await running).toBe('open');
    clock.advance(120_000);
    expect(told).toEqual([
      '{"seconds":5} waiting for PostgreSQL: a former server to stop',
      '{"seconds":10} waiting for PostgreSQL: a former server to stop',
    ]);
    expect(shown).toHaveLength(2);
  });

  test('that takes too long is given up with a remedy', async () => {
    const { steps, clock } = setUp();
    const running = steps.run(step, forEver);
    clock.advance(60_000);
    await expect(running).rejects.toMatchObject({
      code: 'start-stuck',
      message: 'The start has waited 60 s for PostgreSQL.',
      remedy: step.remedy,
    });
  });

  test('has a moment after Ctrl-C, and the next one is not begun', async () => {
    const { steps, clock, interruption } = setUp();
    const work = Promise.withResolvers<void>();
    const finishing = steps.run(step, () => work.promise);
    const stuck = steps.run(step, forEver);
    interruption.abort();
    clock.advance(9_000);
    work.resolve();
    await finishing;
    clock.advance(1_000);
    await expect(stuck).rejects.toMatchObject({ code: 'start-stuck' });
    await expect(steps.run(step, () => Promise.resolve())).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('fails as its work does', async () => {
    const { steps } = setUp();
    await expect(steps.run(step, () => Promise.reject(new Error('full disk')))).rejects.toThrow('full disk');
  });
});

test('a step of the stop that does not end is left behind, and that is told', async () => {
  const { steps, clock, told, interruption } = setUp();
  interruption.abort();
  const ending = steps.end({ name: 'the gateway', secondsMax: 8 }, forEver);
  clock.advance(8_000);
  await ending;
  expect(told).toEqual([
    '{"seconds":5} waiting for the end of the gateway',
    '{"seconds":8} the gateway does not end and is left behind',
  ]);
});
