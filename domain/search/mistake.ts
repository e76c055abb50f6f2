/** A mistake in what somebody asked of a search, told so that they know what to do next. */

/** `code` is stable and listed in `docs/errors.md`; `remedy` says what to write instead. */
export class SearchMistake extends Error {
  override readonly name = 'SearchMistake';
  readonly code: 'search-param' | 'search-size' | 'search-windows';
  readonly remedy: string;

  constructor(code: SearchMistake['code'], message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
