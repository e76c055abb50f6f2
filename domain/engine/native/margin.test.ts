/** What an account can carry: affordability, leverage, liquidation, ruin; and how wishes become quantities. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleBook } from '../rule-book.ts';
import { ask, barsOf, feedOf, play } from './test-market.ts';
import type { FeedOptions, Row } from './test-market.ts';

const first: Row = [100, 101, 99, 100];
const calm: Row = [100, 102, 99, 100];

const run = (
  config: object,
  script: Readonly<Record<number, (book: RuleBook) => void>>,
  rows: readonly Row[] = [calm, calm],
  options: FeedOptions = {},
) => play([feedOf(barsOf([first, ...rows]), options)], { cash: 10_000, ...config }, script).book;

const buy = (quantity: number) => ({ 0: (b: RuleBook) => void b.submit(ask('buy', quantity)) });

describe('an order that cannot be afforded', () => {
  it('is rejected when it is made, with the amounts', () => {
    expect(run({}, buy(101)).log.orders[0]).toMatchObject({
      status: 'rejected',
      reason: 'Not affordable: buy 101 TEST at 100 needs 10100 of margin, and equity after 0 commission is 10000.',
    });
  });

  it('is rejected for its fee', () => {
    expect(run({}, buy(100)).log.orders[0]?.status).toBe('filled');
    expect(run({ commission: 0.001 }, buy(100)).log.orders[0]).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('equity after 10 commission is 9990'),
    });
  });

  it('is rejected whole at the fill when the price has run away', () => {
    const [order] = run({}, buy(100), [[101, 102, 100, 101]]).log.orders;
    expect(order).toMatchObject({
      status: 'rejected',
      filledQuantity: 0,
      reason: expect.stringContaining('at 101 needs 10100'),
    });
  });

  it('counts together with the market orders that wait before it', () => {
    const book = run(
      {},
      {
        0: (b) => {
          b.submit(ask('buy', 60));
          b.submit(ask('buy', 60));
        },
      },
    );
    expect(book.log.orders.map(({ status }) => status)).toEqual(['filled', 'rejected']);
  });

  it('may be made when what waits before it makes room', () => {
    const book = run(
      {},
      {
        ...buy(100),
        1: (b) => {
          b.submit(ask('sell', 100));
          b.submit(ask('buy', 100));
        },
      },
    );
    expect(book.log.orders.map(({ status }) => status)).toEqual(['filled', 'filled', 'filled']);
  });

  it('is never one that makes the exposure smaller', () => {
    const book = run(
      { commission: { perOrder: 50 }, leverage: 2 },
      { ...buy(190), 1: (b) => void b.submit(ask('sell', 190)) },
      [calm, [60, 61, 59, 60]],
    );
    expect(book.log.orders.map(({ status }) => status)).toEqual(['filled', 'filled']);
  });

  it('is a short beyond the equity', () => {
    const short = (quantity: number) =>
      run({}, { 0: (b) => void b.submit(ask('sell', quantity)) }).log.orders[0]?.status;
    expect([short(100), short(101)]).toEqual(['filled', 'rejected']);
  });

  it('is judged by the leverage', () => {
    expect(run({ leverage: 5 }, buy(500)).log.orders[0]?.status).toBe('filled');
    expect(run({ leverage: 5 }, buy(501)).log.orders[0]?.status).toBe('rejected');
    expect(run({ initialMargin: 0.5 }, buy(200)).log.orders[0]?.status).toBe('filled');
  });

  it('is a reversal whose new side is too large, and it closes nothing', () => {
    const book = run({}, { ...buy(50), 1: (b) => void b.submit(ask('sell', 160)) });
    expect(book.log.orders[1]?.status).toBe('rejected');
    expect(book.position(0).quantity).toBe(50);
  });
});

describe('liquidation', () => {
  it('closes everything at the worst price of the bar, with its fee and its reason', () => {
    const book = run({ leverage: 10, liquidationFee: 0.01 }, buy(900), [calm, [100, 101, 94, 100]]);
    // At 94: equity 10,000 − 900 × 6 = 4,600 covers 5 % of 84,600 = 4,230. At 93.5 it would not.
    expect(book.position(0).quantity).toBe(900);
    const worse = run({ leverage: 10, liquidationFee: 0.01 }, buy(900), [calm, [100, 101, 93.5, 100]]);
    expect(worse.position(0).quantity).toBe(0);
    expect(worse.log.fills[1]).toMatchObject({ price: 93.5, quantity: 900, commission: 841.5, tag: 'liquidation' });
    expect(worse.log.orders[1]).toMatchObject({
      status: 'filled',
      reason: "Liquidated: at the bar's worst price equity is 4150, the maintenance margin 4207.5.",
    });
    expect(worse.cash).toBe(10_000 - 900 * 6.5 - 841.5);
    expect(worse.ruined).toBe(false);
    expect(worse.log.notes).toEqual([expect.stringMatching(/^Step 2: Liquidated/)]);
  });

  it('comes after a stop that the same bar meets', () => {
    const book = run({ leverage: 10 }, { 0: (b) => void b.submit(ask('buy', 900, { stopLoss: 96 })) }, [
      calm,
      [100, 101, 93, 100],
    ]);
    expect(book.log.fills[1]).toMatchObject({ price: 96, order: 1 });
    expect(book.log.notes).toEqual([]);
  });

  it('cancels the orders that wait', () => {
    const book = run(
      { leverage: 10 },
      {
        0: (b) => {
          b.submit(ask('buy', 900));
          b.submit(ask('buy', 1, { type: 'limit', limit: 50 }));
        },
      },
      [calm, [100, 101, 93, 100]],
    );
    expect(book.log.orders[1]).toMatchObject({ status: 'cancelled', reason: expect.stringMatching(/^Liquidated/) });
  });

  it('of a short happens at the high', () => {
    const book = run({}, { 0: (b) => void b.submit(ask('sell', 100)) }, [calm, [100, 200, 99, 100]]);
    expect(book.log.fills[1]).toMatchObject({ price: 200, side: 'buy' });
  });
});

describe('ruin', () => {
  it('ends the run with a reason, at equity 0, and names what could not be paid', () => {
    const book = run({ leverage: 10, maintenanceMargin: 0 }, { ...buy(900), 3: (b) => void b.submit(ask('buy', 1)) }, [
      calm,
      [80, 81, 79, 80],
      calm,
      calm,
    ]);
    expect(book.ruined).toBe(true);
    expect(book.log.ruin).toMatch(/^Ruined: Liquidated/);
    expect(book.log.shortfall).toBe(900 * 21 - 10_000);
    expect([...book.log.equity]).toEqual([10_000, 10_000, 0, 0, 0]);
    expect(book.cash).toBe(0);
    expect(book.submit(ask('buy', 1))).toMatchObject({ status: 'rejected', reason: 'The account is ruined.' });
  });

  it('can come from costs alone', () => {
    const book = run(
      { cash: 1000, commission: { perOrder: 400 } },
      { ...buy(1), 1: (b) => void b.submit(ask('sell', 1)), 2: (b) => void b.submit(ask('buy', 1)) },
      [calm, calm, calm],
    );
    expect(book.log.orders.map(({ status }) => status)).toEqual(['filled', 'filled', 'rejected']);
    const broke = run(
      { cash: 1000, commission: { perOrder: 600 } },
      { ...buy(1), 1: (b) => void b.submit(ask('sell', 1)) },
      [calm, calm, calm],
    );
    expect(broke.log.ruin).toBe('Ruined: At the close equity is -200.');
    expect([...broke.log.equity]).toEqual([1000, 400, 0, 0]);
    expect(broke.log.shortfall).toBe(200);
  });
});

describe('sizing', () => {
  const unitsFor = (
    config: object,
    wish: { value: number } | { fraction: number },
    options: FeedOptions = {},
    rows: readonly Row[] = [calm],
  ) => {
    let result = NaN;
    run(
      config,
      {
        0: (b) => {
          result = b.unitsFor(0, wish);
        },
      },
      rows,
      options,
    );
    return result;
  };

  it.each<[string, object, { value: number } | { fraction: number }, FeedOptions, number]>([
    ['a value over the newest close', {}, { value: 5000 }, {}, 50],
    ['a value rounded to the lot toward zero', {}, { value: 5099 }, {}, 50],
    ['a negative value for a short, rounded toward zero', {}, { value: -5099 }, {}, -50],
    ['a fraction of equity', {}, { fraction: 0.95 }, {}, 95],
    ['a fraction of equity in fine lots', {}, { fraction: 0.333 }, { lot: 0.001 }, 33.3],
    ['a contract of many units', {}, { fraction: 0.95 }, { multiplier: 10 }, 9],
    ['all of equity leaves room for the fee', { commission: 0.01 }, { fraction: 1 }, {}, 99],
    ['all of equity leaves room for a fee by order', { commission: { perOrder: 150 } }, { fraction: 1 }, {}, 98],
    ['all of equity leaves room for spread and slippage', { spread: 0.01, slippage: 0.005 }, { fraction: 1 }, {}, 99],
    ['all of equity short leaves room too', { commission: 0.01 }, { fraction: -1 }, {}, -99],
    ['95 % of equity needs no room', { commission: 0.01 }, { fraction: 0.95 }, {}, 95],
    ['twice the equity with leverage', { leverage: 2 }, { fraction: 2 }, {}, 200],
    ['twice the equity without leverage stays a wish to be refused', {}, { fraction: 2 }, {}, 200],
    ['the buffer holds back a part of equity', { sizingBuffer: 0.0025 }, { fraction: 1 }, { lot: 0.01 }, 99.75],
    ['without a grid nothing is rounded', {}, { fraction: 0.3333 }, { lot: 0, tick: 0 }, 33.33],
    ['nothing is nothing', {}, { fraction: 0 }, {}, 0],
  ])('%s', (_, config, wish, options, expected) => {
    expect(unitsFor(config, wish, options)).toBeCloseTo(expected, 9);
  });

  it('counts fees for what is missing to the target only', () => {
    const book = run(
      { commission: 0.01 },
      {
        0: (b) => void b.submit(ask('buy', 90)),
        1: (b) => expect(b.unitsFor(0, { fraction: 1 })).toBe(99),
      },
    );
    expect(book.log.orders[0]?.status).toBe('filled');
  });

  describe('of all of equity, with costs', () => {
    const account = fc.record({
      price: fc.integer({ min: 1, max: 100_000 }).map((cents) => cents / 100),
      rate: fc.double({ min: 0, max: 0.05, noNaN: true }),
      perUnit: fc.double({ min: 0, max: 0.05, noNaN: true }),
      minimum: fc.double({ min: 0, max: 5, noNaN: true }),
      slippage: fc.double({ min: 0, max: 0.05, noNaN: true }),
      spread: fc.double({ min: 0, max: 0.05, noNaN: true }),
      lot: fc.constantFrom(1, 0.1, 0.001, 1e-6, 0),
      sign: fc.constantFrom(1, -1),
      leverage: fc.integer({ min: 1, max: 10 }),
    });
    type Account = typeof account extends fc.Arbitrary<infer T> ? T : never;

    /**
     * Orders all of equity while the price stands still: with `held` a part of it one bar before, and
     * with `more` so many units beyond.
     */
    const allIn = (
      { price, rate, perUnit, minimum, slippage, spread, lot, sign, leverage }: Account,
      { held = 0, more = 0 } = {},
    ) => {
      const row: Row = [price, price, price, price];
      const target = (book: RuleBook, fraction: number): void => {
        const missing = book.roundUnits(0, book.unitsFor(0, { fraction }) - book.position(0).quantity);
        const units = missing + (fraction < 0 ? -more : more);
        if (units !== 0) book.submit(ask(units > 0 ? 'buy' : 'sell', Math.abs(units)));
      };
      return play(
        [feedOf(barsOf([row, row, row]), { lot, tick: lot === 0 ? 0 : 0.01 })],
        { commission: { rate, perUnit, minimum }, slippage, spread, leverage },
        { ...(held === 0 ? {} : { 0: (b) => target(b, held * leverage) }), 1: (b) => target(b, sign * leverage) },
      ).orders;
    };

    it('is filled when the price does not move', () => {
      fc.assert(
        fc.property(account, (one) => {
          const orders = allIn(one);
          if (orders.length > 0) expect(orders[0]?.reason).toBeNull();
          for (const order of orders) expect(order.status).toBe('filled');
        }),
        {
          numRuns: 300,
          // The commission was judged as it is computed and paid as it is rounded, half a quantum more.
          examples: [
            [
              {
                price: 0.07,
                rate: 0,
                perUnit: 3.4695244378505676e-9,
                minimum: 0,
                slippage: 0,
                spread: 0,
                lot: 1e-6,
                sign: 1,
                leverage: 4,
              },
            ],
          ],
        },
      );
    });

    it('is filled as well when something is held already, on either side', () => {
      fc.assert(
        fc.property(account, fc.double({ min: -1, max: 1, noNaN: true }), (one, held) => {
          const orders = allIn(one, { held });
          for (const { reason } of orders) expect(reason ?? '').not.toMatch(/^Not affordable/);
        }),
        { numRuns: 300 },
      );
    });

    it('leaves no room for another lot', () => {
      fc.assert(
        fc.property(account, (one) => {
          const [largest] = allIn(one);
          const isWhole = one.lot > 0 && largest !== undefined;
          // A wish that its costs do not touch is rounded down to the lot and may leave room.
          const wish = Math.floor((10_000 * one.leverage) / one.price / one.lot) * one.lot;
          if (!isWhole || largest.quantity > wish - one.lot / 2) return;
          expect(allIn(one, { more: one.lot })[0]?.status).toBe('rejected');
        }),
        { numRuns: 300 },
      );
    });
  });

  it('takes the newest close, not a price of the bar in which the order fills', () => {
    expect(unitsFor({}, { value: 5000 }, {}, [[200, 200, 200, 200]])).toBe(50);
  });
});
