import { describe, expect, test } from 'vitest';
import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { choice, closed, Decimal, GivenInstant, nullable } from './schemas/basics.ts';
import { InvalidRequest, validatorCompiler } from './validation.ts';

/** The compiler that fastify calls for each part of a route's schema. */
const validate = (schema: TSchema, httpPart: 'body' | 'querystring', value: unknown): unknown => {
  const check = validatorCompiler({ schema, method: 'POST', url: '/', httpPart });
  return (check as (given: unknown) => unknown)(value);
};

const problemOf = (schema: TSchema, value: unknown, part: 'body' | 'querystring' = 'body') => {
  const { error } = validate(schema, part, value) as { error?: unknown };
  if (!(error instanceof InvalidRequest)) throw new Error('It is valid.');
  return error.asProblem();
};

const Order = closed({
  side: choice(['buy', 'sell']),
  quantity: Decimal(),
  price: Type.Optional(nullable(Decimal())),
  legs: Type.Optional(Type.Array(closed({ amount: Decimal() }))),
});

describe('a body', () => {
  test('is taken as it is: text is no number and a number is no text', () => {
    const schema = closed({ count: Type.Integer() });
    expect(validate(schema, 'body', { count: 5 })).toEqual({ value: { count: 5 } });
    expect(problemOf(schema, { count: '5' })).toMatchObject({
      code: 'request-invalid',
      errors: [{ pointer: '/count' }],
    });
  });

  test('with a JSON number for a decimal is told to write it as a string, wherever it is', () => {
    const problem = problemOf(Order, { side: 'buy', quantity: 0.1, price: 5, legs: [{ amount: 3 }] });
    expect(problem.code).toBe('number-as-string');
    expect(problem.errors).toEqual([
      { pointer: '/quantity', message: '0.1 is a JSON number.', remedy: 'Write it as a string: "0.1".' },
      { pointer: '/price', message: '5 is a JSON number.', remedy: 'Write it as a string: "5".' },
      { pointer: '/legs/0/amount', message: '3 is a JSON number.', remedy: 'Write it as a string: "3".' },
    ]);
  });

  test.each(['1e5', 'NaN', '', '1.', '.5', '+1', '0x10', '1,5', ' 1'])('refuses "%s" for a decimal', (quantity) => {
    expect(problemOf(Order, { side: 'buy', quantity }).errors).toMatchObject([{ pointer: '/quantity' }]);
  });

  test('with a word that is none of those allowed is told which are', () => {
    expect(problemOf(Order, { side: 'hold', quantity: '1' }).errors).toMatchObject([
      { pointer: '/side', remedy: 'One of "buy", "sell".' },
    ]);
  });

  test('names unknown properties, escaped as JSON pointers', () => {
    const { errors } = problemOf(Order, { side: 'buy', quantity: '1', 'a/b~c': 1 });
    expect(errors).toMatchObject([{ pointer: '/a~1b~0c', message: '"a/b~c" is not known here.' }]);
  });

  test('with a thousand problems names the first twenty', () => {
    const body = Object.fromEntries(Array.from({ length: 1_000 }, (_, place) => [`x${place}`, 1]));
    expect(problemOf(Order, body).errors).toHaveLength(20);
  });
});

describe('a query', () => {
  test('is converted, filled with defaults, and refused by name', () => {
    const schema = closed({
      limit: Type.Optional(Type.Integer({ minimum: 1, default: 50 })),
      all: Type.Optional(Type.Boolean()),
    });
    expect(validate(schema, 'querystring', { limit: '7', all: 'true' })).toEqual({ value: { limit: 7, all: true } });
    expect(validate(schema, 'querystring', {})).toEqual({ value: { limit: 50 } });
    expect(problemOf(schema, { limit: 'x' }, 'querystring').errors).toMatchObject([{ pointer: 'limit' }]);
    expect(problemOf(schema, { offset: '1' }, 'querystring').errors).toMatchObject([{ pointer: 'offset' }]);
  });

  test('takes times with a zone, and dates', () => {
    const schema = closed({ from: GivenInstant });
    for (const from of ['2026-01-31', '2026-01-31T09:30Z', '2026-01-31T09:30:00.123+02:00']) {
      expect(validate(schema, 'querystring', { from })).toEqual({ value: { from } });
    }
    for (const from of ['31.01.2026', '2026-01-31T09:30', 'yesterday', '1767225600000']) {
      expect(problemOf(schema, { from }, 'querystring').errors).toMatchObject([{ pointer: 'from' }]);
    }
  });
});
