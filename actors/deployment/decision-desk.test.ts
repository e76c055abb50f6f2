import { describe, expect, test } from 'vitest';
import type { JobOutcome, JobRunner } from '#ports';
import { failure } from '../backtest/failure.ts';
import { DecisionDesk } from './decision-desk.ts';

const done: JobOutcome = { ok: false, diagnostic: failure('strategy-threw', 'Done.') };

/** Places that note who was at them, and end a run when the test says. */
const openDesk = (places: number, run: (userId: string) => Promise<JobOutcome> = () => Promise.resolve(done)) => {
  const runs: string[] = [];
  let opened = 0;
  let closed = 0;
  const openRunner = (): JobRunner => {
    const number = ++opened;
    return {
      compile: () => Promise.reject(new Error('Nothing is compiled here.')),
      run: async ({ userId, onOutcome }) => {
        runs.push(`${userId} at ${number}`);
        onOutcome(0, await run(userId));
      },
      close: () => void closed++,
    };
  };
  const desk = new DecisionDesk({ places, openRunner });
  const decide = (userId: string, signal = new AbortController().signal) =>
    desk.decide({
      userId,
      source: { files: {}, entry: '' },
      feeds: [],
      job: { params: {}, profile: 'account', config: {}, seed: 1, keep: 'full' },
      signal,
    });
  return { desk, decide, runs, opened: () => opened, closed: () => closed };
};

describe('the desk of live decisions', () => {
  test('lets users take turns, however many decisions one of them has', async () => {
    const { decide, runs } = openDesk(1);
    await Promise.all([decide('ann'), decide('ann'), decide('ann'), decide('bob'), decide('cid')]);
    expect(runs.map((run) => run.split(' ')[0])).toEqual(['ann', 'ann', 'bob', 'cid', 'ann']);
  });

  test('does not let one who never ends keep the others waiting', async () => {
    const never = Promise.withResolvers<JobOutcome>();
    const { decide } = openDesk(2, (userId) => (userId === 'eve' ? never.promise : Promise.resolve(done)));
    const endless = decide('eve');
    const another = decide('eve'); // would take the second place too
    expect(await decide('ann')).toEqual(done);
    expect(await decide('bob')).toEqual(done);
    never.resolve(done);
    expect(await Promise.all([endless, another])).toEqual([done, done]);
  });

  test('brings a user back to the place where he was', async () => {
    const { decide, runs } = openDesk(2);
    for (const user of ['ann', 'bob', 'ann', 'cid', 'ann', 'bob', 'bob', 'cid']) await decide(user);
    expect(runs.filter((run) => run.startsWith('ann'))).toEqual(['ann at 1', 'ann at 1', 'ann at 1']);
    expect(runs.slice(-3)).toEqual(['bob at 2', 'bob at 2', 'cid at 2']);
  });

  test('tries once more in a new place where one has failed, then gives the decision up', async () => {
    let failures = 1;
    const broken = openDesk(1, () => (failures-- > 0 ? Promise.reject(new Error('Gone.')) : Promise.resolve(done)));
    expect(await broken.decide('ann')).toEqual(done);
    expect(broken.opened()).toBe(2);
    failures = 2;
    expect(await broken.decide('ann')).toMatchObject({ ok: false, diagnostic: { code: 'crashed' } });
    expect(await broken.decide('ann')).toEqual(done);
  });

  test('runs nothing that nobody wants any more, and closes its places', async () => {
    const { desk, decide, runs, closed } = openDesk(1);
    const stop = new AbortController();
    const [first, second] = [decide('ann'), decide('bob', stop.signal)];
    stop.abort();
    expect(await second).toBeNull();
    await first;
    expect(runs).toEqual(['ann at 1']);
    desk.close();
    expect(closed()).toBe(1);
  });
});
