/** How lists are asked for and answered, the same for all of them. */

import { Type } from 'typebox';
import type { TObject, TProperties, TSchema } from 'typebox';
import type { FastifyRequest } from 'fastify';
import type { ListEntry, ListName } from '#ports';
import { ProblemError } from './errors.ts';
import type { Gateway } from './gateway.ts';
import { closed, choice, GivenInstant } from './schemas/basics.ts';
import { timeOf } from './wire.ts';

const limitDefault = 50;
const limitMax = 1_000;

const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limitMax, default: limitDefault })),
  cursor: Type.Optional(Type.String({ maxLength: 300, description: 'nextCursor of the page before.' })),
  from: Type.Optional(GivenInstant),
  to: Type.Optional(GivenInstant),
  sort: Type.Optional(choice(['asc', 'desc'], { default: 'desc', description: 'By time.' })),
  fields: Type.Optional(
    Type.String({ pattern: String.raw`^\w+(,\w+)*$`, maxLength: 500, description: 'Names of the fields to be shown.' }),
  ),
};

/** The query of a list: the usual, and what this one can be filtered by. */
export const listQuery = <P extends TProperties>(filters: P): TObject<typeof pageQuery & P> =>
  closed({ ...pageQuery, ...filters });

export const pageOf = (item: TSchema): TSchema =>
  Type.Object({
    data: Type.Array(Type.Partial(item)),
    nextCursor: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  });

interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
  readonly from?: string;
  readonly to?: string;
  readonly sort?: 'asc' | 'desc';
  readonly fields?: string;
}

export interface Page {
  readonly data: readonly object[];
  readonly nextCursor: string | null;
}

/** One page of a list. `show` makes of an entry what the API shows, or null for what is left out. */
export const listPage = async (
  { parts, cursors, writes }: Gateway,
  request: Pick<FastifyRequest, 'principal'>,
  query: PageQuery,
  asked: {
    readonly list: ListName;
    /** null: everybody's, for administrators. */
    readonly owner: string | null;
    readonly parent?: string | undefined;
    readonly symbol?: string | undefined;
    readonly status?: readonly string[] | undefined;
    /** Fields of the entries that must have these texts. */
    readonly where?: Readonly<Record<string, string | undefined>>;
    readonly show: (entry: ListEntry) => object;
  },
): Promise<Page> => {
  const { list, owner, show } = asked;
  const { limit = limitDefault, sort = 'desc' } = query;
  const filters = { parent: asked.parent, symbol: asked.symbol, status: asked.status, where: asked.where ?? {} };
  const place = JSON.stringify([
    list,
    owner,
    sort,
    filters.parent,
    filters.symbol,
    filters.status,
    filters.where,
    query.from,
    query.to,
  ]);
  const page = await parts.lists.page({
    list,
    owner,
    limit,
    ascending: sort === 'asc',
    ...given(filters),
    ...(query.from === undefined ? {} : { from: timeOf(query.from, 'from') }),
    ...(query.to === undefined ? {} : { to: timeOf(query.to, 'to') }),
    ...(query.cursor === undefined ? {} : { after: cursors.read(place, query.cursor) }),
    ...(request.principal === null ? {} : { reached: writes.of(request.principal.userId) }),
  });
  const last = page.entries.at(-1);
  return {
    data: chosenFields(page.entries.map(show), query.fields),
    nextCursor: page.hasMore && last !== undefined ? cursors.make(place, { at: last.at, id: last.id }) : null,
  };
};

interface Filters {
  readonly parent: string | undefined;
  readonly symbol: string | undefined;
  readonly status: readonly string[] | undefined;
  readonly where: Readonly<Record<string, string | undefined>>;
}

const given = ({ parent, symbol, status, where }: Filters) => ({
  ...(parent === undefined ? {} : { parent }),
  ...(symbol === undefined ? {} : { symbol }),
  ...(status === undefined ? {} : { status }),
  ...givenWhere(where),
});

const givenWhere = (where: Filters['where']): { readonly where?: Readonly<Record<string, string>> } => {
  const fields = Object.entries(where).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return fields.length === 0 ? {} : { where: Object.fromEntries(fields) };
};

/** Only the fields that were asked for. */
export const chosenFields = (items: readonly object[], fields: string | undefined): readonly object[] => {
  if (fields === undefined) return items;
  const names = fields.split(',');
  const [first] = items;
  const unknown = first === undefined ? undefined : names.find((name) => !Object.hasOwn(first, name));
  if (first !== undefined && unknown !== undefined) {
    const message = `There is no field "${unknown}".`;
    const remedy = `The fields are ${Object.keys(first).join(', ')}.`;
    throw new ProblemError('field-unknown', message, { errors: [{ pointer: 'fields', message, remedy }] });
  }
  return items.map((item) => Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name))));
};
