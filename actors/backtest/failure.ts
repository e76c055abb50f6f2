/** Why a backtest has no result, where that is no place in its strategy's source. */

import type { Diagnostic } from '#ports';

/** `code` stands in `docs/errors.md`. */
export const failure = (code: string, message: string, remedy: string | null = null): Diagnostic => ({
  code,
  message,
  remedy,
  file: null,
  line: null,
  column: null,
  codeFrame: null,
});
