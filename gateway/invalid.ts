/** What is wrong with a request beyond its form: named by its place, with what to write instead. */

import { ProblemError } from './errors.ts';
import type { ProblemCode } from './errors.ts';

export const invalid = (
  pointer: string,
  message: string,
  remedy: string,
  code: ProblemCode = 'request-invalid',
): ProblemError => new ProblemError(code, message, { errors: [{ pointer, message, remedy }] });
