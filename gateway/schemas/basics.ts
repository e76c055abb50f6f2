/** What the schemas of all routes are made from. */

import { Type } from 'typebox';
import type { Static, TObject, TProperties, TSchema, TUnsafe } from 'typebox';

/** An object that refuses properties it does not know. */
export const closed = <P extends TProperties>(
  properties: P,
  options: { readonly description?: string } = {},
): TObject<P> => Type.Object(properties, { ...options, additionalProperties: false });

/** One of some words. */
export const choice = <const Words extends readonly string[]>(
  words: Words,
  options: { readonly description?: string; readonly default?: Words[number] } = {},
): TUnsafe<Words[number]> => Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], ...options });

/** A value or null, in the short form of JSON schema where there is one. */
export const nullable = <S extends TSchema>(schema: S): TUnsafe<Static<S> | null> => {
  const { type } = schema as { readonly type?: unknown };
  const words = Reflect.get(schema, 'enum') as readonly unknown[] | undefined;
  if (typeof type === 'string' && type !== 'object' && words === undefined) {
    return Type.Unsafe<Static<S> | null>({ ...schema, type: [type, 'null'] });
  }
  return Type.Unsafe<Static<S> | null>({ anyOf: [schema, { type: 'null' }] });
};

/** Money, prices and quantities on the wire: never JSON numbers. */
export const Decimal = (description?: string) =>
  Type.String({
    format: 'decimal',
    pattern: String.raw`^-?\d{1,30}(\.\d{1,30})?$`,
    ...(description === undefined ? {} : { description }),
    examples: ['64000.5'],
  });

/** An instant as it is told: RFC 3339 in UTC. */
export const Instant = Type.String({ format: 'date-time', examples: ['2026-01-31T09:30:00.000Z'] });

/** An instant as it is given; a date alone is its midnight in UTC. `timeOf` makes milliseconds of it. */
export const GivenInstant = Type.String({
  pattern: String.raw`^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$`,
  description: 'RFC 3339, or a date: its midnight in UTC.',
  examples: ['2026-01-31T09:30:00Z', '2026-01-31'],
});

export const Id = Type.String({ pattern: String.raw`^[A-Za-z0-9_.\-]{1,120}$` });

const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; all of them are in docs/errors.md.' }),
    detail: Type.String(),
    traceId: Type.String(),
    errors: Type.Array(
      Type.Object({ pointer: Type.String(), message: Type.String(), remedy: Type.Optional(Type.String()) }),
    ),
  },
  { title: 'Problem' },
);

/**
 * The answers of a route, for the description of the API and for tests, which hold every answer
 * against them. They do not shape the answers: what a handler returns is sent as it is.
 */
export const answers = (byStatus: Readonly<Record<number, TSchema>>): Readonly<Record<string, unknown>> => ({
  ...byStatus,
  '4xx': {
    description: 'What is wrong with the request',
    content: { 'application/problem+json': { schema: ProblemSchema } },
  },
  '5xx': { description: 'Why there is no answer', content: { 'application/problem+json': { schema: ProblemSchema } } },
});

/** An answer without a body. */
export const Nothing = Type.Null({ description: 'No content' });
