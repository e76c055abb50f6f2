import { describe, expect, it } from 'vitest';
import { ConfigMistake, Fields, readNumber } from './config.ts';

const mistake = (work: () => unknown): Pick<ConfigMistake, 'path' | 'message' | 'remedy'> => {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigMistake) return { path: error.path, message: error.message, remedy: error.remedy };
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('reading settings', () => {
  it('returns values, and defaults for what is absent or null', () => {
    const fields = new Fields({ cash: 5, open: true, name: 'a', side: 'buy', none: null }, 'run', [
      'cash',
      'open',
      'name',
      'side',
      'none',
      'rest',
    ]);
    expect(fields.number('cash', 1)).toBe(5);
    expect(fields.flag('open', false)).toBe(true);
    expect(fields.text('name', null)).toBe('a');
    expect(fields.choice('side', ['buy', 'sell'], null)).toBe('buy');
    expect([fields.number('none', 7), fields.number('rest', null), fields.has('none'), fields.has('rest')]).toEqual([
      7,
      null,
      false,
      false,
    ]);
  });

  it('does not take inherited properties for fields', () => {
    expect(new Fields({}, 'run', ['toString']).has('toString')).toBe(false);
  });

  it('refuses unknown fields and lists the known ones', () => {
    expect(mistake(() => new Fields({ cahs: 5 }, 'config', ['cash', 'margin']))).toEqual({
      path: 'config.cahs',
      message: 'config.cahs: there is no such field.',
      remedy: 'The fields are cash, margin.',
    });
  });

  it('refuses what is no object', () => {
    expect(mistake(() => new Fields([1], 'config', ['cash'])).message).toBe('config: expected an object, got a list.');
    expect(mistake(() => new Fields('x', '', ['cash'])).message).toBe('settings: expected an object, got "x".');
  });

  it('names the place, the value and the remedy', () => {
    const fields = new Fields({ margin: 2, open: 'yes', side: 'up', name: 3, count: 1.5 }, 'config', [
      'margin',
      'open',
      'side',
      'name',
      'count',
    ]);
    expect(mistake(() => fields.number('margin', 1, { above: 0, max: 1 }))).toEqual({
      path: 'config.margin',
      message: 'config.margin: 2 is out of range.',
      remedy: 'Write a number greater than 0 and at most 1.',
    });
    expect(mistake(() => fields.flag('open', false)).message).toBe('config.open: expected true or false, got "yes".');
    expect(mistake(() => fields.choice('side', ['buy', 'sell'], null)).remedy).toBe('Write one of buy, sell.');
    expect(mistake(() => fields.text('name', null)).message).toBe('config.name: expected text, got 3.');
    expect(mistake(() => fields.number('count', 1, { min: 1, whole: true })).remedy).toBe(
      'Write a whole number at least 1.',
    );
    expect(mistake(() => readNumber(Infinity, 'x', { below: 5 })).message).toBe('x: expected a number, got Infinity.');
  });

  it('cuts long values short', () => {
    expect(mistake(() => readNumber('x'.repeat(200), 'n')).message.length).toBeLessThan(100);
  });
});
