/** The listed symbols. */

import { signal } from '@preact/signals';
import type { ListedSymbol } from '#sdk';
import { tellProblem } from '../app/toasts.tsx';
import { client, forEachPerson } from '../session/session.ts';

export const symbols = signal<readonly ListedSymbol[]>([]);
export const areSymbolsKnown = signal(false);

const listedMax = 1_000;

export const loadSymbols = (): void => {
  client.data.symbols({ limit: listedMax }).then(
    ({ data }) => {
      symbols.value = [...data].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
      areSymbolsKnown.value = true;
    },
    (error: unknown) => tellProblem('The symbols could not be listed', error),
  );
};

forEachPerson(() => {
  loadSymbols();
  return () => {
    symbols.value = [];
    areSymbolsKnown.value = false;
  };
});
