/** Why a file of prices could not be read, told so that its owner knows what to do. */

/** A row that can't be a bar. */
export interface BadRow {
  /** Line in the file, 1 for the first. */
  readonly line: number;
  /** The column at fault as the file names it; null when the row as a whole is wrong. */
  readonly column: string | null;
  /** What stands there, cut to a readable length. */
  readonly content: string;
  readonly problem: string;
}

export interface PriceFileErrorDetails {
  /** The file as the caller named it. */
  readonly file: string;
  readonly remedy: string;
  readonly line?: number;
  readonly field?: string;
  /** The first bad rows, and how many there are. */
  readonly badRows?: readonly BadRow[];
  readonly badRowCount?: number;
  readonly cause?: unknown;
}

/** `code` is stable and listed in `docs/errors.md`; `message` says what is wrong, `remedy` what to do. */
export class PriceFileError extends Error {
  override readonly name = 'PriceFileError';
  readonly code: string;
  readonly file: string;
  readonly remedy: string;
  readonly line: number | null;
  readonly field: string | null;
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;

  constructor(code: string, message: string, details: PriceFileErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.file = details.file;
    this.remedy = details.remedy;
    this.line = details.line ?? null;
    this.field = details.field ?? null;
    this.badRows = details.badRows ?? [];
    this.badRowCount = details.badRowCount ?? this.badRows.length;
  }
}

/** Cells and lines are shown cut to this many characters, so that a message fits a terminal's lines. */
const shownCharactersMax = 60;

/** A cell or line as a message shows it: quoted, control characters escaped, cut when long. */
export const shown = (text: string): string => {
  const cut = text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;
  // a file's bytes must not be able to steer the terminal they are shown on
  return `"${cut.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
};
