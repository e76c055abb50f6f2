import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineStrategy, isStrategy, nearest } from './define-strategy.ts';
import { StrategyMistake } from './mistake.ts';
import { choice, int } from './params.ts';

const onBar = (): void => undefined;

describe('defineStrategy', () => {
  it('needs only a name and onBar', () => {
    const strategy = defineStrategy({ name: 'least', onBar });
    expect(strategy).toMatchObject({ name: 'least', params: {}, data: [{ id: 'main' }], description: null });
    expect(isStrategy(strategy)).toBe(true);
    expect(isStrategy({ ...strategy })).toBe(false);
  });

  it('types parameters, data ids and state from the declaration', () => {
    defineStrategy({
      name: 'typed',
      params: { fast: int(10), side: choice(['long', 'both']) },
      data: [{ id: 'a' }, { id: 'b' }],
      init: (_ctx, p) => ({ last: p.fast }),
      onBar(ctx, state, p) {
        expectTypeOf(state.last).toEqualTypeOf<number>();
        expectTypeOf(p.side).toEqualTypeOf<'long' | 'both'>();
        expectTypeOf(ctx.buy).parameter(0).toEqualTypeOf<'a' | 'b'>();
      },
    });
  });

  const wrong: readonly (readonly [string, object, RegExp])[] = [
    ['no name', { onBar }, /needs a name/],
    ['a name with blanks', { name: 'My Strategy', onBar }, /needs a name/],
    ['no onBar', { name: 'x' }, /needs onBar/],
    ['a misspelt field', { name: 'x', onBar, onbar: onBar }, /no field "onbar"/],
    ['params without declarations', { name: 'x', onBar, params: { fast: 10 } }, /"fast" has no declaration/],
    ['an empty list of data', { name: 'x', onBar, data: [] }, /data must be/],
    ['the same id twice', { name: 'x', onBar, data: [{ id: 'a' }, { id: 'a' }] }, /stands twice/],
    [
      'a view of nothing',
      { name: 'x', onBar, data: [{ id: 'a', from: 'main', timeframe: '1d' }] },
      /not declared before/,
    ],
    [
      'a view without a timeframe',
      { name: 'x', onBar, data: [{ id: 'a' }, { id: 'b', from: 'a' }] },
      /names no timeframe/,
    ],
  ];
  it.each(wrong)('refuses %s', (_name, spec, message) => {
    expect(() => defineStrategy(spec as Parameters<typeof defineStrategy>[0])).toThrow(message);
    expect(() => defineStrategy(spec as Parameters<typeof defineStrategy>[0])).toThrow(StrategyMistake);
  });

  it('keeps what it has checked, though a getter says something else each time', () => {
    let turn = 0;
    const { data } = defineStrategy({
      name: 'x',
      onBar,
      data: [
        {
          get id() {
            return `id${turn++}`;
          },
        },
      ],
    });
    expect(data).toEqual([{ id: 'id0' }]);
    expect(turn).toBe(1);
  });

  it('suggests the field that was meant', () => {
    expect(() => defineStrategy({ name: 'x', onBar, onFil: onBar } as Parameters<typeof defineStrategy>[0])).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('Did you mean "onFill"?') }),
    );
  });
});

it('finds the nearest word within two letters', () => {
  expect(nearest('slwo', ['fast', 'slow'])).toBe('Did you mean "slow"? ');
  expect(nearest('period', ['fast', 'slow'])).toBe('');
});
