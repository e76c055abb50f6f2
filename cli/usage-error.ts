/** A command line that can't be carried out as written, or a file it names that doesn't serve. */

export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}
