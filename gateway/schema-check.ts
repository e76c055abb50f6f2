/**
 * Checks of values against schemas. What makes them is large, and a start is not to wait for it: it is
 * loaded when the first value is checked, or before, when there is time.
 */

import { createRequire } from 'node:module';
import type { Static, TSchema } from 'typebox';
import type { Validator } from 'typebox/compile';
import type * as SchemaLibrary from './schema-library.ts';

const require = createRequire(import.meta.url);

let library: typeof SchemaLibrary | null = null;

/** The library, at once: whoever checks a value can't wait. */
export const schemaLibrary = (): typeof SchemaLibrary => {
  library ??= require('./schema-library.ts') as typeof SchemaLibrary; // the module of that name
  return library;
};

/** Loads it for those who come later. */
export const loadSchemaLibrary = async (): Promise<void> => {
  await import('./schema-library.ts');
};

export interface SchemaCheck<T extends TSchema> {
  readonly check: (value: unknown) => value is Static<T>;
  readonly errors: (value: unknown) => ReturnType<Validator['Errors']>;
}

/** Compiled when it is first used. */
export const schemaCheck = <T extends TSchema>(schema: T): SchemaCheck<T> => {
  let validator: Validator | null = null;
  const compiled = (): Validator => {
    validator ??= schemaLibrary().Compile(schema);
    return validator;
  };
  return {
    check: (value): value is Static<T> => compiled().Check(value),
    errors: (value) => compiled().Errors(value),
  };
};
