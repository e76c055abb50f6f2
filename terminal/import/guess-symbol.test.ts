import { expect, it } from 'vitest';
import { guessSymbol } from './guess-symbol.ts';

it.each([
  ['GOOG.csv', 'GOOG'],
  ['goog_daily.csv.gz', 'GOOG'],
  ['BTC-USD.csv', 'BTC-USD'],
  ['AAPL-2024-01.csv', 'AAPL'],
  ['eur-usd 1m.txt', 'EUR-USD'],
  ['preise(1).csv', ''],
  ['', ''],
])('guesses %s to be about "%s"', (name, symbol) => {
  expect(guessSymbol(name)).toBe(symbol);
});
