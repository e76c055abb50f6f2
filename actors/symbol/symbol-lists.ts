/** The list of symbols, which everybody sees. */

import type { ListProjection } from '#ports';
import type { SymbolEvent } from './symbol.ts';
import { symbolKind } from './symbol.ts';

export const symbolsList: ListProjection<SymbolEvent> = {
  list: 'symbols',
  version: 1,
  kind: symbolKind.name,
  changes(event, { id }) {
    if (event.type === 'SymbolClaimed') return [];
    const { listing } = event;
    return [
      {
        type: 'put',
        entry: {
          id,
          owner: '',
          at: listing.listedAt,
          symbol: listing.symbol,
          status: listing.feed === null ? 'history' : 'live',
          parent: null,
          doc: { ...listing },
        },
      },
    ];
  },
};
