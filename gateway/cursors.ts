/** Cursors of lists: a place in the order, signed, so that nobody can make one up. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProblemError } from './errors.ts';

/** Where a page ended. */
export interface ListPlace {
  readonly at: number;
  readonly id: string;
}

/** 128 bits: enough against guessing, short in a URL. */
const signatureBytes = 16;

export class Cursors {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** `list` names what the cursor belongs to: it is refused anywhere else. */
  make(list: string, place: ListPlace): string {
    const text = Buffer.from(JSON.stringify([place.at, place.id])).toString('base64url');
    return `${text}.${this.#sign(list, text).toString('base64url')}`;
  }

  read(list: string, cursor: string): ListPlace {
    const [text = '', signature = ''] = cursor.split('.');
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== signatureBytes || !timingSafeEqual(given, this.#sign(list, text))) {
      throw new ProblemError('cursor-invalid', undefined, {
        remedy: 'Use the nextCursor of an answer of this list, with the same filters, or leave it out.',
      });
    }
    // We have signed it, so it is what `make` wrote.
    const [at, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [number, string];
    return { at, id };
  }

  #sign(list: string, text: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${list}\n${text}`).digest().subarray(0, signatureBytes);
  }
}
