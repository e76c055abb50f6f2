/** A symbol: what is known of its instrument, whose it is, and where its live prices come from. Its id is its name. */

import type { ActorKind, DecideContext } from '#kernel';
import { plainDecimal, refuseFeed } from './symbol-settings.ts';
import type {
  ClaimSymbol,
  ListSymbol,
  SymbolCommand,
  SymbolRefusal,
  SymbolUser,
  SymbolView,
} from './symbol-messages.ts';

export type SymbolEvent =
  | { readonly type: 'SymbolClaimed'; readonly owner: string }
  | { readonly type: 'SymbolListed'; readonly listing: SymbolView }
  | { readonly type: 'SymbolChanged'; readonly listing: SymbolView };

export interface SymbolState {
  readonly listing: SymbolView | null;
  /** A user's id; null: the platform's where it is listed, else free. */
  readonly owner: string | null;
}

/** Names as exchanges write them; they stand in addresses and channels as they are. */
const namePattern = /^[A-Z0-9._-]{1,24}$/;

/** Why a symbol can't have that name; null when it can. */
export const refuseSymbolName = (name: string): SymbolRefusal | null =>
  namePattern.test(name)
    ? null
    : refusal(
        '/symbol',
        `"${name.slice(0, 40)}" is no name of a symbol.`,
        'Use 1 to 24 capital letters, digits, ".", "_" and "-".',
      );

const currencyPattern = /^[A-Z0-9]{2,8}$/;
const descriptionLengthMax = 200;

/** What a symbol is taken for as long as nobody says otherwise. */
const unknownSymbol = {
  description: '',
  kind: 'other',
  currency: 'USD',
  tick: '0.01',
  lot: '1',
  multiplier: '1',
  feed: null,
} as const;

const refusal = (field: string, text: string, remedy: string): SymbolRefusal => ({
  code: 'symbol-invalid',
  field,
  message: text,
  remedy,
});

const refuseListing = (listing: SymbolView): SymbolRefusal | null => {
  const misnamed = refuseSymbolName(listing.symbol);
  if (misnamed !== null) return misnamed;
  if (listing.description.length > descriptionLengthMax)
    return refusal(
      '/description',
      `The description has ${listing.description.length} characters.`,
      `Keep it within ${descriptionLengthMax}.`,
    );
  if (!currencyPattern.test(listing.currency))
    return refusal(
      '/currency',
      `"${listing.currency.slice(0, 40)}" is no currency.`,
      'Give its code in capitals, such as USD or USDT.',
    );
  return refuseFeed(listing.feed);
};

/** The number as it is kept, or why it can't be. */
const takeDecimals = (
  command: ListSymbol,
): Pick<ListSymbol, 'tick' | 'lot' | 'multiplier'> | { readonly refusal: SymbolRefusal } => {
  const taken: { tick?: string; lot?: string; multiplier?: string } = {};
  for (const field of ['tick', 'lot', 'multiplier'] as const) {
    const text = command[field];
    if (text === undefined) continue;
    const decimal = plainDecimal(text);
    if (decimal === null)
      return {
        refusal: refusal(
          `/${field}`,
          `"${text.slice(0, 40)}" can not be a ${field}.`,
          'Give a decimal number above 0 as text, such as "0.01", with at most 12 digits on either side of the point.',
        ),
      };
    taken[field] = decimal;
  }
  return taken;
};

const isFree = ({ listing, owner }: SymbolState): boolean => listing === null && owner === null;

/** null: the user may change the symbol. */
const refuseStranger = (state: SymbolState, { userId, mayManage }: SymbolUser, id: string): SymbolRefusal | null =>
  mayManage || state.owner === userId || isFree(state)
    ? null
    : {
        code: 'symbol-owned',
        message:
          state.owner === null
            ? `${id} is the platform's: administrators alone change it and its history.`
            : `${id} is another user's, who alone changes it and its history.`,
        remedy: 'Ask an administrator, or take a symbol of your own.',
      };

const claimed = (state: SymbolState, { userId }: SymbolUser): readonly SymbolEvent[] =>
  isFree(state) ? [{ type: 'SymbolClaimed', owner: userId }] : [];

const claim = ({ by }: ClaimSymbol, state: SymbolState, { id }: DecideContext) => {
  const problem = refuseSymbolName(id) ?? refuseStranger(state, by, id);
  return problem === null ? { events: claimed(state, by), reply: null } : { refusal: problem };
};

const list = (command: ListSymbol, state: SymbolState, { id, now }: DecideContext) => {
  const { listing } = state;
  if (command.onlyNew === true && listing !== null) return { reply: listing };
  const { by } = command;
  const stranger = by === undefined ? null : refuseStranger(state, by, id);
  if (stranger !== null) return { refusal: stranger };
  const decimals = takeDecimals(command);
  if ('refusal' in decimals) return decimals;
  const { description, kind, currency, feed } = command;
  const before: SymbolView = listing ?? { symbol: id, ...unknownSymbol, listedAt: now, updatedAt: now };
  const after: SymbolView = {
    ...before,
    ...(description === undefined ? {} : { description }),
    ...(kind === undefined ? {} : { kind }),
    ...(currency === undefined ? {} : { currency }),
    ...(feed === undefined ? {} : { feed }),
    ...decimals,
  };
  const problem = refuseListing(after);
  if (problem !== null) return { refusal: problem };
  if (listing === null) {
    const claims = by === undefined ? [] : claimed(state, by);
    return { events: [...claims, { type: 'SymbolListed', listing: after } as const], reply: after };
  }
  if (JSON.stringify(after) === JSON.stringify(listing)) return { reply: listing };
  const changed = { ...after, updatedAt: now };
  return { events: [{ type: 'SymbolChanged', listing: changed } as const], reply: changed };
};

/** Tells feeds of listings and their changes; the data is the listing. */
export const symbolsChannel = 'symbols';

export const symbolKind: ActorKind<SymbolCommand, SymbolState, SymbolEvent, SymbolRefusal> = {
  name: 'symbol',
  durability: 'journal',
  publish: (event) => (event.type === 'SymbolClaimed' ? [] : [{ channel: symbolsChannel, data: event.listing }]),
  initialState: () => ({ listing: null, owner: null }),
  decide: {
    ListSymbol: list,
    ClaimSymbol: claim,
    GetSymbol: (_, { listing }, { id }) =>
      listing === null
        ? {
            refusal: {
              code: 'symbol-unknown',
              message: `No symbol ${id.slice(0, 40)} is listed.`,
              remedy: 'Search the symbols, or list it.',
            },
          }
        : { reply: listing },
  },
  eventTypes: {
    SymbolListed: true,
    SymbolChanged: true,
    SymbolClaimed: true,
  },
  evolve: (state, event) =>
    event.type === 'SymbolClaimed' ? { ...state, owner: event.owner } : { ...state, listing: event.listing },
  snapshot: { schema: 2, everyEvents: 50 },
};
