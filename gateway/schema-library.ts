/** What checks values against schemas: most of a large library, so it is reached by `schema-check.ts` alone, which loads it late. */

import { Compile } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { validationErrorsMax } from './limits.ts';

/** It stops at eight by itself, and counts each alternative of a choice as one. */
Settings.Set({ maxErrors: 2 * validationErrorsMax });

export { Compile, Value };
