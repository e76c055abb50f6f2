import { describe, expect, it } from 'vitest';
import { closesFeed, mistakeOf, run, scripted } from '../engine/test-run.ts';
import { Notebook } from './notebook.ts';

const textOf = (...values: readonly unknown[]): string | undefined => {
  const notebook = new Notebook(true);
  notebook.log(0, values);
  return notebook.lines[0]?.text;
};

describe('a log line', () => {
  it('shows values as people write them', () => {
    expect(textOf('equity', 10_000.5, true, null, undefined, NaN, 5n, Symbol('s'))).toBe(
      'equity 10000.5 true null undefined NaN 5 Symbol(s)',
    );
    expect(textOf({ a: 1, b: [2] }, [3])).toBe('{"a":1,"b":[2]} [3]');
    expect(textOf(Float64Array.of(1, 2.5))).toBe('[1,2.5]');
    expect(textOf()).toBe('');
  });

  it('shows a series by its newest value', () => {
    const script = {
      1: (ctx: Parameters<Parameters<typeof run>[0]['handlers']['onBar']>[0]) =>
        ctx.log(ctx.bars['main']?.close, { close: ctx.bars['main']?.close }, ctx.bars['main']?.close.last(2)),
    };
    expect(run(scripted(script), [closesFeed([1, 2])]).log[0]?.text).toBe('2 {"close":2} [1,2]');
  });

  it('survives what has no text', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const hostile = {
      toJSON: () => {
        throw new Error('no');
      },
    };
    expect(textOf(cyclic, hostile, { big: 1n })).toBe(
      '[an object that has no JSON] [an object that has no JSON] [an object that has no JSON]',
    );
  });

  it('is cut at a thousand characters', () => {
    expect(textOf('x'.repeat(5000), 'y')).toHaveLength(1000);
    expect(textOf(Array.from({ length: 5000 }, () => 1))).toHaveLength(1000);
    expect(textOf(new Float64Array(1_000_000))).toHaveLength(1000);
  });
});

describe('a notebook', () => {
  it('keeps ten thousand lines and counts the rest', () => {
    const notebook = new Notebook(true);
    for (let i = 0; i < 10_005; i++) notebook.log(i, ['x']);
    expect(notebook.lines).toHaveLength(10_000);
    expect(notebook.dropped).toBe(5);
    expect(notebook.lines[3]).toEqual({ time: 3, text: 'x' });
  });

  it('plots at most 32 lines of 200,000 points', () => {
    const notebook = new Notebook(true);
    for (let i = 0; i < 200_003; i++) notebook.plot('a', i, i);
    for (let i = 1; i < 32; i++) notebook.plot(`line ${i}`, 0, 0);
    expect(notebook.plots.get('a')?.values).toHaveLength(200_000);
    expect(mistakeOf(() => notebook.plot('one more', 0, 0))).toMatchObject({ code: 'plot' });
  });

  it('keeps nothing of a batch', () => {
    const notebook = new Notebook(false);
    notebook.log(0, ['x']);
    for (let i = 0; i < 50; i++) notebook.plot(String(i), 0, 0);
    expect([notebook.lines, notebook.dropped, notebook.plots.size]).toEqual([[], 0, 0]);
  });
});
