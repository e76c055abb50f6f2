import { describe, expect, test } from 'vitest';
import { given } from '#kernel/testing';
import { symbolsList } from './symbol-lists.ts';
import { plainDecimal } from './symbol-settings.ts';
import { symbolKind, symbolsChannel } from './symbol.ts';
import type { SymbolEvent } from './symbol.ts';
import type { FeedSettings, ListSymbol, SymbolView } from './symbol-messages.ts';

const start = Date.UTC(2026, 0, 1);
const listing: SymbolView = {
  symbol: 'GOOG',
  description: '',
  kind: 'other',
  currency: 'USD',
  tick: '0.01',
  lot: '1',
  multiplier: '1',
  feed: null,
  listedAt: start,
  updatedAt: start,
};
const absent = given(symbolKind, [], { id: 'GOOG', now: start });
const listed = given(symbolKind, [{ type: 'SymbolListed', listing }], { id: 'GOOG', now: start + 1 });
const refused = (part: Partial<ListSymbol>, field: string) =>
  absent.when({ type: 'ListSymbol', ...part }).then({ refusal: { code: 'symbol-invalid', field } });

describe('a symbol', () => {
  test('is listed with what is given, the rest as usual', () => {
    absent.when({ type: 'ListSymbol' }).then({ events: [{ type: 'SymbolListed', listing }], reply: listing });
    const stock = { ...listing, kind: 'stock', tick: '0.05', currency: 'EUR' } as const;
    absent
      .when({ type: 'ListSymbol', kind: 'stock', tick: '0.050', currency: 'EUR' })
      .then({ events: [{ type: 'SymbolListed', listing: stock }], reply: stock });
  });

  test('tells feeds of its listing, so that a change of its feed is followed', () => {
    expect(symbolKind.publish?.({ type: 'SymbolListed', listing }, 'GOOG')).toEqual([
      { channel: symbolsChannel, data: listing },
    ]);
  });

  test('keeps what is not given', () => {
    const changed = { ...listing, lot: '0.000001', updatedAt: start + 1 };
    listed
      .when({ type: 'ListSymbol', lot: '0.000001' })
      .then({ events: [{ type: 'SymbolChanged', listing: changed }], reply: changed });
    listed.when({ type: 'ListSymbol', tick: '0.01' }).then({ events: [], reply: listing });
  });

  describe('that a user has', () => {
    const ann = { userId: 'ann', mayManage: false };
    const bob = { userId: 'bob', mayManage: false };
    const admin = { userId: 'admin', mayManage: true };
    const annsEvents: readonly SymbolEvent[] = [
      { type: 'SymbolClaimed', owner: 'ann' },
      { type: 'SymbolListed', listing },
    ];
    const anns = given(symbolKind, annsEvents, { id: 'GOOG', now: start + 1 });

    test('is theirs from the first listing on, or from an import before that', () => {
      absent.when({ type: 'ListSymbol', by: ann }).then({ events: annsEvents, reply: listing });
      const claim = { type: 'SymbolClaimed', owner: 'ann' } as const;
      absent.when({ type: 'ClaimSymbol', by: ann }).then({ events: [claim], reply: null });
      const claimed = given(symbolKind, [claim], { id: 'GOOG', now: start });
      claimed.when({ type: 'ClaimSymbol', by: bob }).then({ refusal: { code: 'symbol-owned' } });
      claimed.when({ type: 'ListSymbol', by: bob }).then({ refusal: { code: 'symbol-owned' } });
      claimed
        .when({ type: 'ListSymbol', by: ann, onlyNew: true })
        .then({ events: [{ type: 'SymbolListed', listing }] });
    });

    test('is changed by them and by administrators, and by nobody else', () => {
      for (const by of [ann, admin]) {
        anns.when({ type: 'ClaimSymbol', by }).then({ events: [], reply: null });
        expect(anns.when({ type: 'ListSymbol', by, lot: '5' }).decision.reply).toMatchObject({ lot: '5' });
      }
      for (const command of [
        { type: 'ListSymbol', by: bob, lot: '5' },
        { type: 'ListSymbol', by: bob, feed: null },
        { type: 'ClaimSymbol', by: bob },
      ] as const)
        anns
          .when(command)
          .then({ refusal: { code: 'symbol-owned', remedy: expect.stringContaining('administrator') } });
    });

    test("is not one of the platform's, which administrators alone change", () => {
      listed.when({ type: 'ListSymbol', by: ann, lot: '5' }).then({ refusal: { code: 'symbol-owned' } });
      listed.when({ type: 'ClaimSymbol', by: ann }).then({ refusal: { code: 'symbol-owned' } });
      listed.when({ type: 'ClaimSymbol', by: admin }).then({ events: [], reply: null });
    });

    test('is told of when it is listed, not before', () => {
      const claim = { type: 'SymbolClaimed', owner: 'ann' } as const;
      expect(symbolKind.publish?.(claim, 'GOOG')).toEqual([]);
      expect(symbolsList.changes(claim, { id: 'GOOG', seq: 1, at: start })).toEqual([]);
    });
  });

  test('stays as it is for those who only guess', () => {
    listed.when({ type: 'ListSymbol', lot: '5', onlyNew: true }).then({ events: [], reply: listing });
    absent
      .when({ type: 'ListSymbol', onlyNew: true })
      .then({ events: [{ type: 'SymbolListed', listing }], reply: listing });
  });

  test('is unknown until it is listed', () => {
    absent.when({ type: 'GetSymbol' }).then({ refusal: { code: 'symbol-unknown' } });
    listed.when({ type: 'GetSymbol' }).then({ reply: listing });
  });

  test.each(['goog', 'A B', '', 'A/B', 'X'.repeat(25), 'Ä'])('is not named %j', (id) => {
    given(symbolKind, [], { id })
      .when({ type: 'ListSymbol' })
      .then({ refusal: { code: 'symbol-invalid', field: '/symbol' } });
  });

  test.each(['BRK.B', 'BTC-USD', 'ES_F', '0700', 'X'.repeat(24)])('may be named %s', (id) => {
    const { decision } = given(symbolKind, [], { id }).when({ type: 'ListSymbol' });
    expect(decision.refusal).toBeUndefined();
  });

  test.each(['0', '-1', '1e-5', '.1', '1.', '1,5', ' 1', '', '0.0000000000001', '1234567890123'])(
    'has no tick of %j',
    (tick) => {
      refused({ tick }, '/tick');
    },
  );

  test('has settings that can be', () => {
    refused({ lot: '0' }, '/lot');
    refused({ multiplier: 'x' }, '/multiplier');
    refused({ currency: 'usd' }, '/currency');
    refused({ description: 'x'.repeat(201) }, '/description');
  });

  const synthetic: FeedSettings = {
    type: 'synthetic',
    seed: 's',
    startPrice: '100',
    annualVolatility: 0.2,
    quotesPerSecond: 2,
  };
  const replay: FeedSettings = { type: 'replay', interval: '1m', from: null, speed: 60, loop: true };

  test('has a feed that can run', () => {
    for (const feed of [synthetic, replay]) {
      const { decision } = absent.when({ type: 'ListSymbol', feed });
      expect(decision.reply).toEqual({ ...listing, feed });
    }
    refused({ feed: { ...synthetic, seed: '' } }, '/feed/seed');
    refused({ feed: { ...synthetic, startPrice: '0' } }, '/feed/startPrice');
    refused({ feed: { ...synthetic, annualVolatility: 6 } }, '/feed/annualVolatility');
    refused({ feed: { ...synthetic, quotesPerSecond: Number.NaN } }, '/feed/quotesPerSecond');
    refused({ feed: { ...replay, speed: 0 } }, '/feed/speed');
    refused({ feed: { ...replay, from: 0.5 } }, '/feed/from');
  });

  test('stands in the list as it is', () => {
    const changes = symbolsList.changes(
      { type: 'SymbolListed', listing: { ...listing, feed: replay } },
      { id: 'GOOG', seq: 1, at: start },
    );
    expect(changes).toMatchObject([
      { type: 'put', entry: { id: 'GOOG', owner: '', symbol: 'GOOG', status: 'live', doc: { tick: '0.01' } } },
    ]);
  });
});

test('decimals are kept without zeros that say nothing', () => {
  expect(['0.0100', '1.0', '007', '10', '0.1', '100.50'].map(plainDecimal)).toEqual([
    '0.01',
    '1',
    '7',
    '10',
    '0.1',
    '100.5',
  ]);
});
