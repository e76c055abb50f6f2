/** Why the database can't be opened, told so that whoever starts the program knows what to do. */

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** Stable, in `docs/errors.md`. */
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}
