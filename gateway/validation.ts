/** Checks requests against the schemas of their routes: TypeBox, without changing bodies. */

import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import type { FastifySchemaCompiler } from 'fastify';
import { ProblemError } from './errors.ts';
import type { ProblemPart } from './errors.ts';
import { validationErrorsMax } from './limits.ts';
import { schemaCheck, schemaLibrary } from './schema-check.ts';

/** What is wrong with a part of a request; found by fastify, which hands it to the error handler. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  readonly parts: readonly ProblemPart[];
  readonly isNumberAsString: boolean;

  constructor(parts: readonly ProblemPart[], isNumberAsString: boolean) {
    super(parts.map((part) => `${part.pointer}: ${part.message}`).join(' '));
    this.parts = parts;
    this.isNumberAsString = isNumberAsString;
  }

  asProblem(): ProblemError {
    return this.isNumberAsString
      ? new ProblemError('number-as-string', 'Decimals are strings, for a JSON number may lose digits.', {
          errors: this.parts,
        })
      : new ProblemError('request-invalid', this.parts[0]?.message, { errors: this.parts });
  }
}

/**
 * Query, path and headers are text and are converted to what their schema says; a body is taken as it
 * is: `"5"` is no number and 5 is no string. Defaults are filled in everywhere.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const { check, errors } = schemaCheck(schema);
  const isBody = httpPart === 'body';
  const mayBeAbsent = isBody && Type.IsOptional(schema);
  const isText = isBody || hasOnlyText(schema);
  const hasDefaults = JSON.stringify(schema).includes('"default":');
  return (given: unknown) => {
    // fastify hands over null for a body that is not there.
    if (mayBeAbsent && given === null) return { value: undefined };
    const converted = isText ? given : schemaLibrary().Value.Convert(schema, given);
    const value = hasDefaults ? schemaLibrary().Value.Default(schema, converted) : converted;
    if (check(value)) return { value };
    return { error: explain(schema, errors(value), value, isBody) };
  };
};

/** Ids in a path and the like: there is nothing to convert. */
const hasOnlyText = (schema: TSchema): boolean =>
  Type.IsObject(schema) && Object.values(schema.properties).every((property) => Type.IsString(property));

interface TypeBoxError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

const explain = (schema: TSchema, errors: readonly TypeBoxError[], value: unknown, isBody: boolean): InvalidRequest => {
  if (isBody && (value === undefined || value === null)) {
    const message = 'The route needs a JSON body.';
    return new InvalidRequest(
      [{ pointer: '', message, remedy: 'Send an object with content-type application/json.' }],
      false,
    );
  }
  // Errors inside of `anyOf` say what each alternative misses; the one about the whole says enough.
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath);
  const parts: ProblemPart[] = [];
  let decimals = 0;
  for (const error of errors) {
    // Said again, property by property, under `boolean`.
    if (error.keyword === 'additionalProperties') continue;
    const isInside = alternatives.some((path) => error.keyword !== 'anyOf' && isAtOrBelow(error.instancePath, path));
    if (isInside) continue;
    const isDecimal =
      error.keyword === 'type' &&
      isDecimalAt(schema, error.schemaPath) &&
      typeof at(value, error.instancePath) === 'number';
    if (isDecimal) decimals++;
    parts.push(...(isDecimal ? [decimalPart(error, value)] : partsOf(error, isBody)));
    if (parts.length >= validationErrorsMax) break;
  }
  return new InvalidRequest(parts.slice(0, validationErrorsMax), decimals > 0 && decimals === parts.length);
};

const isAtOrBelow = (path: string, parent: string): boolean => path === parent || path.startsWith(`${parent}/`);

const partsOf = (error: TypeBoxError, isBody: boolean): readonly ProblemPart[] => {
  const pointerOf = (name?: string): string => {
    const path = name === undefined ? error.instancePath : `${error.instancePath}/${escaped(name)}`;
    return isBody ? path : path.slice(1);
  };
  const { params } = error;
  if ('requiredProperties' in params) {
    return namesIn(params.requiredProperties).map((name) => ({
      pointer: pointerOf(name),
      message: `"${name}" is missing.`,
    }));
  }
  const name = pointerOf();
  if (error.keyword === 'boolean') {
    const message = `"${stepsOf(error.instancePath).at(-1) ?? ''}" is not known here.`;
    return [{ pointer: name, message, remedy: 'Leave it out, or check how it is written.' }];
  }
  const allowed = 'allowedValues' in params && Array.isArray(params.allowedValues) ? params.allowedValues : null;
  return [
    {
      pointer: name,
      message: `${name === '' ? 'The body' : `"${name.split('/').at(-1)}"`} ${error.message}.`,
      ...(allowed === null ? {} : { remedy: `One of ${allowed.map((one) => JSON.stringify(one)).join(', ')}.` }),
    },
  ];
};

const decimalPart = (error: TypeBoxError, value: unknown): ProblemPart => {
  const given = String(at(value, error.instancePath));
  return {
    pointer: error.instancePath,
    message: `${given} is a JSON number.`,
    remedy: `Write it as a string: "${given}".`,
  };
};

const namesIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

const stepsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

const at = (value: unknown, path: string): unknown => {
  let found = value;
  for (const step of stepsOf(path)) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
};

const isDecimalAt = (schema: TSchema, path: string): boolean => {
  const part = at(schema, path.replace(/^#/, ''));
  return typeof part === 'object' && part !== null && Reflect.get(part, 'format') === 'decimal';
};
