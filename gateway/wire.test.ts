import { describe, expect, test } from 'vitest';
import { onWire, timeOf } from './wire.ts';

describe('a view on the wire', () => {
  test('has its times as text, at any depth, and everything else as it was', () => {
    const at = Date.UTC(2026, 0, 31, 9, 30);
    const text = '2026-01-31T09:30:00.000Z';
    expect(onWire({ createdAt: at, finishedAt: null, from: at, bars: 5, list: [{ time: at, price: '1' }] })).toEqual({
      createdAt: text,
      finishedAt: null,
      from: text,
      bars: 5,
      list: [{ time: text, price: '1' }],
    });
  });

  test('leaves alone what people have named', () => {
    const view = { params: { from: 5, at: 1 }, config: { time: 3 }, source: { files: {} } };
    expect(onWire(view)).toEqual(view);
  });
});

describe('a given time', () => {
  test('is read as UTC, and refused when there is no such day', () => {
    expect(timeOf('2026-01-31', 'from')).toBe(Date.UTC(2026, 0, 31));
    expect(timeOf('2026-01-31T09:30:00+02:00', 'from')).toBe(Date.UTC(2026, 0, 31, 7, 30));
    expect(() => timeOf('2026-13-01', 'from')).toThrow('no time that exists');
    expect(() => timeOf('2026-02-30', 'from')).toThrow('no time that exists');
  });
});
