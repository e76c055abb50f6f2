/** A mistake in what somebody asked of price data, told so that they know what to do next. */

/** `code` is stable and listed in `docs/errors.md`; `remedy` says what to write instead. */
export class MarketDataMistake extends Error {
  override readonly name = 'MarketDataMistake';
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
