import { describe, expect, it } from 'vitest';
import { parseOrderTape } from './order-tape.ts';

describe('parsing an order tape', () => {
  it('takes entries as other engines record them, nulls and all', () => {
    const [entry] = parseOrderTape([
      {
        bar: 21,
        size: -42,
        limit: null,
        stop: 111.6,
        sl: null,
        tp: null,
        tag: null,
        closesTradeEnteredAtBar: 21,
        contingent: 'sl',
      },
    ]);
    expect(entry).toMatchObject({
      bar: 21,
      size: -42,
      limit: null,
      stop: 111.6,
      contingent: 'sl',
      closesTradeEnteredAtBar: 21,
      cancel: false,
      feed: null,
    });
  });

  it('takes a file that has the tape as its orderTape', () => {
    expect(parseOrderTape({ id: 'x', orderTape: [{ bar: 1, size: 2, tag: 7 }] })).toMatchObject([
      { bar: 1, size: 2, tag: '7' },
    ]);
  });

  it('takes what other profiles can do', () => {
    const [entry, child] = parseOrderTape([
      {
        bar: 1,
        id: 'entry',
        target: { percent: 0.5 },
        symbol: 'SPY',
        timeInForce: 'GTD',
        validUntil: '2024-03-01T16:00:00Z',
      },
      {
        bar: 2,
        size: -1,
        parent: 'entry',
        type: 'trailing-stop',
        trailPercent: 0.05,
        oco: 'exits',
        reduceOnly: true,
        postOnly: false,
      },
    ]);
    expect(entry).toMatchObject({ size: null, target: { percent: 0.5 }, feed: 'SPY', validUntil: 1_709_308_800_000 });
    expect(child).toMatchObject({
      parent: 'entry',
      type: 'trailing-stop',
      trailPercent: 0.05,
      oco: 'exits',
      reduceOnly: true,
    });
  });

  it('withdraws by the id of an entry, and refers by numbers as recordings do', () => {
    const entries = parseOrderTape([
      { bar: 1, ref: 7, size: 1, exectype: 'Limit', price: 9, transmit: false },
      { bar: 1, ref: 8, size: -1, exectype: 'Stop', price: 8, parent: 7 },
      { bar: 2, cancel: 7 },
      { bar: 3, cancel: true, ref: 8 },
    ]);
    expect(entries).toMatchObject([
      { id: '7', transmit: false, cancel: false, cancels: null },
      { id: '8', parent: '7', transmit: true },
      { cancel: true, cancels: '7', size: null },
      { cancel: true, cancels: '8' },
    ]);
  });

  it('joins the entry that an oco names to the group', () => {
    const entries = parseOrderTape([
      { bar: 1, ref: 1, size: 1, limit: 9 },
      { bar: 1, ref: 2, size: 1, limit: 8, oco: 1 },
      { bar: 1, ref: 3, size: 1, limit: 7, oco: 2 },
      { bar: 1, ref: 4, size: 1, limit: 6, oco: 'others' },
    ]);
    expect(entries.map(({ oco }) => oco)).toEqual(['1', '1', '1', 'others']);
  });

  it('tells from the prices what an order does to the trade it names', () => {
    const entries = parseOrderTape([
      { bar: 2, size: -1, stop: 90, closesTradeEnteredAtBar: 1 },
      { bar: 2, size: -1, limit: 110, closesTradeEnteredAtBar: 1 },
      { bar: 2, size: -1, closesTradeEnteredAtBar: 1 },
    ]);
    expect(entries.map(({ contingent }) => contingent)).toEqual(['sl', 'tp', 'close']);
  });

  it.each([
    ['no list', 3, 'tape: expected a list of orders.'],
    ['no object', [1], 'tape[0]: expected an object, got 1.'],
    ['no bar', [{ size: 1 }], 'tape[0].bar: is missing.'],
    ['half a bar', [{ bar: 1.5, size: 1 }], 'tape[0].bar: 1.5 is out of range.'],
    ['no size', [{ bar: 1, size: 1 }, { bar: 1 }], 'tape[1].size: is missing.'],
    ['size zero', [{ bar: 1, size: 0 }], 'tape[0].size: an order for nothing.'],
    ['a text as size', [{ bar: 1, size: '5' }], 'tape[0].size: expected a number, got "5".'],
    ['an unknown field', [{ bar: 1, size: 1, prize: 5 }], 'tape[0].prize: there is no such field.'],
    [
      'an unknown contingent',
      [{ bar: 1, size: 1, contingent: 'exit', closesTradeEnteredAtBar: 1 }],
      'tape[0].contingent: "exit" is not one of the choices.',
    ],
    [
      'a contingent of no trade',
      [{ bar: 1, size: -1, contingent: 'sl' }],
      'tape[0].closesTradeEnteredAtBar: is missing for a contingent "sl".',
    ],
    ['a stranger as parent', [{ bar: 1, size: 1, parent: 'x' }], 'tape[0].parent: no earlier entry has the id "x".'],
    ['an empty target', [{ bar: 1, target: {} }], 'tape[0].target: says nothing.'],
    ['a target of text', [{ bar: 1, target: { units: 'x' } }], 'tape[0].target.units: expected a number, got "x".'],
    ['a strange time', [{ bar: 1, size: 1, validUntil: 'tomorrow' }], 'tape[0].validUntil: "tomorrow" is no time.'],
  ])('refuses %s', (_name, tape, message) => {
    expect(() => parseOrderTape(tape)).toThrow(message);
  });
});
