import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { typeOf, typesOf } from './generate.ts';
import type { Description } from './generate.ts';

const textOf = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

describe('the types of the API', () => {
  test('are those of its description (npm run sdk:generate)', () => {
    const description = JSON.parse(textOf('openapi.json')) as Description; // made by the gateway
    expect(typesOf(description) === textOf('generated/api.ts')).toBe(true);
  });

  test.each([
    [{ type: 'integer' }, 'number'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ enum: ['buy', 'sell'] }, '"buy" | "sell"'],
    [{ const: 'single' }, '"single"'],
    [{ anyOf: [{ $ref: '#/components/schemas/Order' }, { type: 'null' }] }, 'Order | null'],
    [{ type: 'array', items: { type: ['number', 'null'] } }, 'readonly (number | null)[]'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'Readonly<Record<string, string>>'],
    [{ type: 'object', additionalProperties: {} }, 'Readonly<Record<string, unknown>>'],
    [
      { type: 'object', properties: { id: { type: 'string', description: 'Of it.' }, 'x-y': {} }, required: ['id'] },
      "{\n/** Of it. */\nreadonly id: string;\nreadonly 'x-y'?: unknown;\n}",
    ],
    [{}, 'unknown'],
  ])('has for %j the type %s', (schema, type) => {
    expect(typeOf(schema)).toBe(type);
  });

  test('has for an operation what it takes, optional where nothing of it is required, and what it answers', () => {
    const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
    const limit = { name: 'limit', in: 'query', schema: { type: 'integer' } };
    const json = (schema: object) => ({ content: { 'application/json': { schema } } });
    const source = typesOf({
      components: { schemas: {} },
      paths: {
        '/orders/{id}': {
          delete: {
            summary: 'Cancel an order',
            parameters: [id, limit],
            responses: { 200: json({ type: 'string' }), 204: json({ type: 'null' }), '4XX': json({ type: 'number' }) },
          },
        },
      },
    });
    expect(source).toContain(
      [
        '  /** Cancel an order */',
        "  readonly 'DELETE /orders/{id}': {",
        '    readonly path: {',
        '      readonly id: string;',
        '    };',
        '    readonly query?: {',
        '      readonly limit?: number;',
        '    };',
        '    readonly answer: string | null;',
        '  };',
      ].join('\n'),
    );
  });

  test('are not guessed for a schema that is new to them', () => {
    expect(() => typeOf({ type: 'tuple' })).toThrow('There is no type for');
  });
});
