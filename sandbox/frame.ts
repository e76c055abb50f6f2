/**
 * The wire between a runner and its parent: frames of one JSON text and any number of byte arrays.
 * Four bytes give the length of the text, whose member `arrays` lists the lengths of the arrays that
 * follow. JSON and plain bytes, because a parent must be able to read what a hostile process sends.
 */

export interface Frame {
  readonly message: unknown;
  readonly arrays: readonly Float64Array[];
}

const lengthBytes = 4;
/** A feed has six columns, twice with its finer bars. */
const arraysMax = 16;

/** The pieces of a frame, to be written one after another; arrays are not copied. */
export const encodeFrame = (message: object, arrays: readonly Float64Array[] = []): Uint8Array[] => {
  const text = Buffer.from(JSON.stringify({ message, arrays: arrays.map((array) => array.byteLength) }));
  const head = Buffer.allocUnsafe(lengthBytes + text.length);
  head.writeUInt32LE(text.length, 0);
  text.copy(head, lengthBytes);
  return [head, ...arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength))];
};

export interface FrameBounds {
  readonly textBytesMax: number;
  /** Of one array. */
  readonly arrayBytesMax: number;
}

/** Thrown for bytes that are no frame, or one that is too large. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly isTooLarge: boolean;

  constructor(message: string, options: { readonly cause?: unknown; readonly isTooLarge?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.isTooLarge = options.isTooLarge ?? false;
  }
}

/**
 * Puts frames together from the pieces in which they arrive. Never allocates more than a frame's
 * bounds allow, whatever lengths the bytes claim.
 */
export class FrameReader {
  readonly #bounds: FrameBounds;
  #stage: 'length' | 'text' | 'arrays' = 'length';
  #target: Uint8Array = new Uint8Array(lengthBytes);
  #filled = 0;
  #message: unknown = null;
  /** Bytes of the arrays still to come, and those that have. Room is made one array at a time. */
  #awaited: number[] = [];
  #arrays: Float64Array[] = [];

  constructor(bounds: FrameBounds) {
    this.#bounds = bounds;
  }

  /** The frames that `chunk` completes. */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let offset = 0;
    while (offset < chunk.length) {
      const wanted = this.#target.length - this.#filled;
      const taken = Math.min(wanted, chunk.length - offset);
      this.#target.set(chunk.subarray(offset, offset + taken), this.#filled);
      this.#filled += taken;
      offset += taken;
      while (this.#filled === this.#target.length) {
        const frame = this.#advance();
        if (frame !== null) frames.push(frame);
      }
    }
    return frames;
  }

  /** The bytes that come next, for a reader that fetches them itself: fill it, then call {@link filled}. */
  get room(): Uint8Array {
    return this.#target.subarray(this.#filled);
  }

  /** Tells that the first `count` bytes of {@link room} were filled; the frame, when that completes one. */
  filled(count: number): Frame | null {
    this.#filled += count;
    while (this.#filled === this.#target.length) {
      const frame = this.#advance();
      if (frame !== null) return frame;
    }
    return null;
  }

  /** The current piece is complete: goes to the next one, and returns the frame after its last. */
  #advance(): Frame | null {
    if (this.#stage === 'length') {
      const length = new DataView(this.#target.buffer, this.#target.byteOffset).getUint32(0, true);
      if (length === 0 || length > this.#bounds.textBytesMax)
        throw new FrameError(`A frame announces a text of ${length} bytes.`, { isTooLarge: length > 0 });
      this.#expect('text', new Uint8Array(length));
      return null;
    }
    if (this.#stage === 'text') {
      this.#readText();
    } else {
      this.#arrays.push(new Float64Array(this.#target.buffer as ArrayBuffer)); // made below, of a multiple of 8 bytes
    }
    const next = this.#awaited.shift();
    if (next !== undefined) {
      this.#expect('arrays', new Uint8Array(next));
      return null;
    }
    const frame: Frame = { message: this.#message, arrays: this.#arrays };
    this.#message = null;
    this.#arrays = [];
    this.#expect('length', new Uint8Array(lengthBytes));
    return frame;
  }

  #readText(): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(
        Buffer.from(this.#target.buffer, this.#target.byteOffset, this.#target.length).toString('utf8'),
      );
    } catch (error) {
      throw new FrameError('The text of a frame is not JSON.', { cause: error });
    }
    if (typeof parsed !== 'object' || parsed === null) throw new FrameError('The text of a frame is not an object.');
    const { message, arrays } = parsed as { readonly message?: unknown; readonly arrays?: unknown }; // an object, checked above
    if (!Array.isArray(arrays) || arrays.length > arraysMax) throw new FrameError('A frame does not list its arrays.');
    this.#message = message;
    this.#awaited = arrays.map((bytes: unknown) => {
      if (
        !Number.isSafeInteger(bytes) ||
        (bytes as number) < 0 ||
        (bytes as number) % 8 !== 0 ||
        (bytes as number) > this.#bounds.arrayBytesMax
      ) {
        throw new FrameError(`A frame announces an array of ${String(bytes)} bytes.`);
      }
      return bytes as number; // checked above
    });
  }

  #expect(stage: 'length' | 'text' | 'arrays', target: Uint8Array): void {
    this.#stage = stage;
    this.#target = target;
    this.#filled = 0;
  }
}
