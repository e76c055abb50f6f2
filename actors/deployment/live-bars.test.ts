import { describe, expect, test } from 'vitest';
import { LocalBus } from '#kernel';
import { VirtualClock } from '#kernel/testing';
import { LiveBars } from './live-bars.ts';

const start = Date.UTC(2026, 0, 5, 12);
const minuteMs = 60_000;

const following = () => {
  const bus = new LocalBus();
  const clock = new VirtualClock(start);
  const bars = new LiveBars({ bus, clock });
  const stop = new AbortController();
  const closes = (symbol: string, time: number, closed = true): void => {
    const bar = { time, open: '1', high: '3', low: '1', close: '2', volume: '5', closed };
    bus.publish({ channel: `md:bar:${symbol}`, key: 'bar', data: bar });
  };
  const quotes = (symbol: string, at: number, last: string): void => {
    bus.publish({
      channel: `md:quote:${symbol}`,
      key: 'quote',
      data: { symbol, bid: last, ask: last, last, size: '2', at },
    });
  };
  const minutes = (symbol: string, next = start) => ({ symbol, pieceMs: minuteMs, next });
  return { bus, clock, bars, closes, quotes, minutes, stop, signal: stop.signal };
};

describe('live bars', () => {
  test('come when the market closes one that is wanted', async () => {
    const { bars, closes, minutes, signal } = following();
    const next = bars.next([minutes('A')], signal);
    closes('A', start - minuteMs);
    closes('A', start, false);
    closes('B', start);
    closes('A', start);
    expect(await next).toEqual({ since: start, pieces: [[[start, 1, 3, 1, 2, 5]]] });
  });

  test('are kept between one question and the next', async () => {
    const { bars, closes, minutes, signal, clock } = following();
    const first = bars.next([minutes('A')], signal);
    closes('A', start);
    await first;
    closes('A', start + minuteMs);
    clock.advance(1_000);
    const { since, pieces } = await bars.next([minutes('A', start + minuteMs)], signal);
    expect({ since, times: pieces[0]?.map(([time]) => time) }).toEqual({ since: start, times: [start + minuteMs] });
  });

  test('of several markets wait a little for each other', async () => {
    const { bars, closes, minutes, signal, clock } = following();
    const both = bars.next([minutes('A'), minutes('B')], signal);
    closes('A', start);
    await clock.armed(2_000);
    closes('B', start);
    expect((await both).pieces.map((some) => some.length)).toEqual([1, 1]);
    const alone = bars.next([minutes('A', start + minuteMs), minutes('B', start + minuteMs)], signal);
    closes('B', start + minuteMs);
    await clock.armed(2_000);
    clock.advance(2_000);
    expect((await alone).pieces.map((some) => some.length)).toEqual([0, 1]);
  });

  test('shorter than minutes are made of quotes, from the first whole one on', async () => {
    const { bars, quotes, signal, clock } = following();
    clock.advance(1_000);
    const next = bars.next([{ symbol: 'A', pieceMs: 5_000, next: 0 }], signal);
    for (const [ms, last] of [
      [1_500, '9'],
      [5_000, '10'],
      [6_000, '12'],
      [9_900, '8'],
      [10_000, '11'],
    ] as const)
      quotes('A', start + ms, last);
    expect((await next).pieces).toEqual([[[start + 5_000, 10, 12, 8, 8, 6]]]);
  });

  test('end with the signal, and a market that nobody wants any more is left', async () => {
    const { bars, minutes, stop, signal, clock, closes } = following();
    const next = bars.next([minutes('A')], signal);
    stop.abort();
    await expect(next).rejects.toThrow('aborted');
    clock.advance(300_000);
    closes('A', start);
    const again = bars.next([minutes('A')], new AbortController().signal);
    closes('A', start + minuteMs);
    const { since, pieces } = await again;
    expect({ since, count: pieces[0]?.length }).toEqual({ since: start + 300_000, count: 1 });
  });

  test('leave nothing armed when they are closed, which would keep the program running', async () => {
    const { bars, minutes, stop, signal, clock } = following();
    const next = bars.next([minutes('A')], signal);
    bars.close();
    stop.abort();
    await expect(next).rejects.toThrow('aborted');
    let isArmed = false;
    void clock.armed(600_000).then(() => (isArmed = true));
    await Promise.resolve();
    expect(isArmed).toBe(false);
  });
});
