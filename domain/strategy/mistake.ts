/** A mistake in a strategy's own code, told so that its author knows what to do next. */

/**
 * Thrown into the strategy at the line that made the mistake. `code` is stable and listed in
 * `docs/errors.md`; `message` says what is wrong with the values at hand; `remedy` says what to
 * write instead.
 */
export class StrategyMistake extends Error {
  override readonly name = 'StrategyMistake';
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
