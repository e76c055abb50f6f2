/** Makes TypeScript types of the description of the API: `npm run sdk:generate` writes both anew. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly description?: string;
}

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

export interface Description {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** The source of a module with a type for each schema, and `Operations`: what each takes and answers. */
export const typesOf = ({ components, paths }: Description): string => {
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `${comment(schema.description)}export type ${name} = ${typeOf(schema)};\n`,
  );
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        `${comment(operation.summary)}readonly '${method.toUpperCase()} ${path}': ${operationType(operation)};\n`,
    ),
  );
  return indented(
    [
      '/** The types of the API. Made by `npm run sdk:generate` from its description; changes by hand are lost. */\n',
      ...schemas,
      '/** By method and path: what is given, and the body of the answer. */',
      `export interface Operations {\n${operations.join('')}}\n`,
    ].join('\n'),
  );
};

const operationType = ({ parameters = [], requestBody, responses }: Operation): string => {
  const places = (['path', 'query'] as const).flatMap((place) => {
    const own = parameters.filter((parameter) => parameter.in === place);
    if (own.length === 0) return [];
    const properties = Object.fromEntries(
      own.map(({ name, schema, description = '' }) => [name, { ...schema, description }]),
    );
    const required = own.filter((parameter) => parameter.required === true).map(({ name }) => name);
    const type = typeOf({ type: 'object', properties, required, additionalProperties: false });
    return [`readonly ${place}${required.length === 0 ? '?' : ''}: ${type};`];
  });
  const body = schemaOf(requestBody);
  const optional = requestBody?.required === true ? '' : '?';
  const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const answer = union(answers.map(([, given]) => typeOf(schemaOf(given) ?? { type: 'null' })));
  const given = body === null ? places : [...places, `readonly body${optional}: ${typeOf(body)};`];
  return `{\n${[...given, `readonly answer: ${answer};`].join('\n')}\n}`;
};

/** Every kind of content of the API that has a schema has the same one. */
const schemaOf = (given: Content | undefined): Schema | null =>
  Object.values(given?.content ?? {}).flatMap(({ schema }) => (schema === undefined ? [] : [schema]))[0] ?? null;

/** The TypeScript type of a JSON schema. Throws for what the API does not use, rather than to guess. */
export const typeOf = (schema: Schema): string => {
  const { $ref, enum: words, anyOf, allOf, type } = schema;
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf('/') + 1);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (words !== undefined) return union(words.map((word) => JSON.stringify(word)));
  if (anyOf !== undefined) return union(anyOf.map(typeOf));
  if (allOf !== undefined) return allOf.map((part) => `(${typeOf(part)})`).join(' & ');
  if (typeof type === 'object') return union(type.map((one) => typeOf({ ...schema, type: one })));
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return listType(typeOf(schema.items ?? {}));
    case 'object':
      return objectType(schema);
    case undefined:
      return 'unknown';
    default:
      throw new Error(`There is no type for ${JSON.stringify(schema).slice(0, 200)}.`);
  }
};

const objectType = ({ properties = {}, required = [], additionalProperties }: Schema): string => {
  const members = Object.entries(properties).map(([name, schema]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`;
    return `${comment(schema.description)}readonly ${key}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};`;
  });
  if (members.length > 0) return `{\n${members.join('\n')}\n}`;
  if (typeof additionalProperties === 'object') return `Readonly<Record<string, ${typeOf(additionalProperties)}>>`;
  return additionalProperties === false ? 'Readonly<Record<string, never>>' : 'Readonly<Record<string, unknown>>';
};

const listType = (item: string): string =>
  /^[\w<>, ]+$/.test(item) && !item.startsWith('readonly') ? `readonly ${item}[]` : `readonly (${item})[]`;

const union = (types: readonly string[]): string => (types.length === 0 ? 'unknown' : [...new Set(types)].join(' | '));

const comment = (text: string | undefined): string =>
  text === undefined || text === '' ? '' : `/** ${text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')} */\n`;

/** Braces end their lines; comments are lines of their own. */
const indented = (source: string): string => {
  let depth = 0;
  return source
    .split('\n')
    .map((line) => {
      if (line.startsWith('}')) depth -= 1;
      const text = line === '' ? '' : `${'  '.repeat(depth)}${line}`;
      if (line.endsWith('{') && !line.startsWith('/**')) depth += 1;
      return text;
    })
    .join('\n');
};

if (import.meta.main) {
  const pathOf = (name: string): string => join(import.meta.dirname, name);
  const description = JSON.parse(await readFile(pathOf('openapi.json'), 'utf8')) as Description; // made just before
  await writeFile(pathOf('generated/api.ts'), typesOf(description));
}
