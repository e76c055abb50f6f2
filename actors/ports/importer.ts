/** Files of prices on their way into the history: where they wait, and what reads them. */

import type { StoredInterval } from './history.ts';

/** What makes two uploads the same import, beside their content. */
export interface ImportKey {
  readonly owner: string;
  readonly symbol: string;
  readonly interval: StoredInterval | null;
}

/** Where uploads wait until they are imported. */
export interface ImportSpool {
  /**
   * Takes in a body, however large, in bounded memory. When this resolves with an id, the content is
   * on the disk under it, flushed. The same content with the same key gets the same id. Rejects, and
   * leaves nothing, when the body breaks off.
   */
  receive(
    key: ImportKey,
    body: AsyncIterable<Uint8Array>,
  ): Promise<
    | { readonly type: 'spooled'; readonly importId: string; readonly bytes: number }
    | { readonly type: 'too-large'; readonly bytesMax: number }
  >;
}

export interface ImportRequest {
  readonly importId: string;
  readonly symbol: string;
  /** null: told from the times. */
  readonly interval: StoredInterval | null;
  /** As its owner calls it, for messages. */
  readonly fileName: string;
  readonly skipBad: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly percent: number }) => void;
}

export type ImportOutcome =
  | {
      readonly ok: true;
      readonly interval: StoredInterval;
      readonly rows: number;
      readonly rejected: number;
      /** The first 1,000. */
      readonly rejectedRows: readonly { readonly line: number; readonly reason: string }[];
      readonly notes: readonly string[];
      /** The instrument as guessed from the prices; decimal strings. */
      readonly tick: string;
      readonly lot: string;
      readonly currency: string;
    }
  /** The file can't be imported: trying again would fail again. */
  | {
      readonly ok: false;
      readonly reason: string;
      readonly rejectedRows: readonly { readonly line: number; readonly reason: string }[];
    };

export interface Importer {
  /** Reads what lies in the spool into the history; doing it twice changes nothing. A rejection is an outage. */
  run(request: ImportRequest): Promise<ImportOutcome>;
  /** Takes the content out of the spool; nothing when it is not there. */
  discard(importId: string): Promise<void>;
}

/** What lies in the spool, for whoever clears away what no import waits for. */
export interface SpoolContents {
  /** Complete contents by the ids of their imports, and when each arrived: milliseconds UTC. */
  list(): Promise<readonly { readonly importId: string; readonly since: number }[]>;
  discard(importId: string): Promise<void>;
}
