import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocateBars, parseTimeframe, resampleBars } from '#domain';
import { lastTimeOf, pieceMsOf, rowsAfter, startOf, withPieces, withRows } from './taken-bars.ts';
import type { Row } from './taken-bars.ts';

const minuteMs = 60_000;
const start = Date.UTC(2026, 0, 5, 12);
const minute = (number: number, price = 100): Row => [start + number * minuteMs, price, price + 1, price - 1, price, 2];

describe('bars of a feed', () => {
  test('are made of minutes where they are whole minutes', () => {
    expect(['1m', '5m', '1d', '90s', '5s'].map(pieceMsOf)).toEqual([minuteMs, minuteMs, minuteMs, 90_000, 5_000]);
    expect(startOf('5m', start + 7 * minuteMs)).toBe(start + 5 * minuteMs);
  });

  test('close with their last minute', () => {
    const next = start;
    const two = withPieces('3m', { partial: null, next }, [minute(0), minute(1, 104)]);
    expect(two).toEqual({ rows: [], partial: [start, 100, 105, 99, 104, 4], next: start + 2 * minuteMs });
    const three = withPieces('3m', two, [minute(2, 90)]);
    expect(three).toEqual({ rows: [start, 100, 105, 89, 90, 6], partial: null, next: start + 3 * minuteMs });
  });

  test('close without it when a later minute comes', () => {
    const taken = withPieces('3m', { partial: null, next: start }, [minute(0), minute(4)]);
    expect(taken.rows).toEqual([start, 100, 101, 99, 100, 2]);
    expect(taken.partial?.[0]).toBe(start + 3 * minuteMs);
  });

  test('take no minute twice', () => {
    const once = withPieces('3m', { partial: null, next: start }, [minute(0)]);
    expect(withPieces('3m', once, [minute(0)])).toEqual(once);
  });

  test('are those that the engine makes of the same minutes, however they come', () => {
    const price = fc.integer({ min: 1, max: 100 });
    const pieces = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 4 }), price, isCut: fc.boolean() }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(pieces, fc.constantFrom('2m', '5m', '1h'), (given, interval) => {
        let at = -1;
        const rows = given.map(({ gap, price: value }) => minute((at += gap), value));
        let progress = { rows: [] as readonly number[], partial: null as Row | null, next: start };
        const made: number[] = [];
        let waiting: Row[] = [];
        for (const [place, row] of rows.entries()) {
          waiting.push(row);
          if (given[place]?.isCut !== true && place < rows.length - 1) continue;
          progress = withPieces(interval, progress, waiting);
          made.push(...progress.rows);
          waiting = [];
        }
        made.push(...(progress.partial ?? []));
        const from = parseTimeframe('1m');
        const expected = resampleBars(withRows(allocateBars(0), rows.flat()), { from, to: parseTimeframe(interval) });
        expect(withRows(allocateBars(0), made)).toEqual(expected.bars);
      }),
    );
  });

  test('are found by time, and put behind older ones', () => {
    const rows = [minute(0), minute(1), minute(2)].flat();
    expect(lastTimeOf(rows)).toBe(start + 2 * minuteMs);
    expect(lastTimeOf([])).toBeNull();
    expect(rowsAfter(rows, start)).toEqual([minute(1), minute(2)].flat());
    expect(rowsAfter(rows, start - 1)).toBe(rows);
    const older = allocateBars(1);
    older.time[0] = start - minuteMs;
    expect([...withRows(older, rows).time]).toEqual([-1, 0, 1, 2].map((number) => start + number * minuteMs));
  });
});
