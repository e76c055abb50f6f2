/**
 * The trade hash: 128 bits over every fill of a run, so that two runs can be compared at a glance.
 * MurmurHash3 x86-128 (Austin Appleby, public domain algorithm) over the bytes of float64 words.
 */

const wordsPerFill = 5;
/** Fills hashed at one time. Even, so that their words make whole blocks; few, so that they stay in the cache. */
const fillsPerRound = 256;

/**
 * 32 hexadecimal digits over feed, bar, signed quantity, price and commission of each fill, in order;
 * taken while the fills come, so that a run need not keep them.
 */
export class TradeHasher {
  readonly #words = new Float64Array(wordsPerFill * fillsPerRound);
  readonly #bytes = new Uint8Array(this.#words.buffer);
  readonly #hash = new Murmur128();
  #at = 0;

  /** Numbers one by one: an object per fill would be garbage at once. `units` is negative for a sale. */
  add(feed: number, bar: number, units: number, price: number, commission: number): void {
    const words = this.#words;
    const at = this.#at;
    words[at] = feed;
    words[at + 1] = bar;
    words[at + 2] = units;
    words[at + 3] = price + 0; // −0 and 0 are one price
    words[at + 4] = commission + 0;
    this.#at = at + wordsPerFill;
    if (this.#at < words.length) return;
    this.#hash.addBlocks(this.#bytes);
    this.#at = 0;
  }

  /** The hash of all fills so far. Ends the hasher: later fills are not taken in. */
  digest(): string {
    return this.#hash.digest(this.#bytes.subarray(0, this.#at * Float64Array.BYTES_PER_ELEMENT));
  }
}

/** MurmurHash3 x86-128 of the bytes with seed 0, as 32 hexadecimal digits. */
export const murmur128 = (bytes: Uint8Array): string => new Murmur128().digest(bytes);

const c1 = 0x239b961b;
const c2 = 0xab0e9789;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93;

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

const mix = (value: number): number => {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
};

class Murmur128 {
  #h1 = 0;
  #h2 = 0;
  #h3 = 0;
  #h4 = 0;
  #length = 0;

  /** Takes in all whole blocks of 16 bytes; what is left after them is not taken in. */
  addBlocks(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const blocks = bytes.byteLength >>> 4;
    let h1 = this.#h1;
    let h2 = this.#h2;
    let h3 = this.#h3;
    let h4 = this.#h4;
    for (let block = 0; block < blocks; block++) {
      const at = block << 4;
      h1 ^= Math.imul(rotate(Math.imul(view.getUint32(at, true), c1), 15), c2);
      h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
      h2 ^= Math.imul(rotate(Math.imul(view.getUint32(at + 4, true), c2), 16), c3);
      h2 = (Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
      h3 ^= Math.imul(rotate(Math.imul(view.getUint32(at + 8, true), c3), 17), c4);
      h3 = (Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
      h4 ^= Math.imul(rotate(Math.imul(view.getUint32(at + 12, true), c4), 18), c1);
      h4 = (Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
    }
    this.#h1 = h1;
    this.#h2 = h2;
    this.#h3 = h3;
    this.#h4 = h4;
    this.#length += blocks << 4;
  }

  /** The hash of everything taken in, with these bytes as the last. */
  digest(bytes: Uint8Array): string {
    this.addBlocks(bytes);
    const from = bytes.byteLength & ~15;
    const tail = [0, 0, 0, 0];
    for (let i = bytes.byteLength & 15; i > 0; i--) {
      const word = (i - 1) >>> 2;
      tail[word] = ((tail[word] as number) << 8) | (bytes[from + i - 1] as number); // word < 4, index < length
    }
    const [k1, k2, k3, k4] = tail as [number, number, number, number];
    const length = this.#length + (bytes.byteLength & 15);
    let h1 = this.#h1 ^ Math.imul(rotate(Math.imul(k1, c1), 15), c2) ^ length;
    let h2 = this.#h2 ^ Math.imul(rotate(Math.imul(k2, c2), 16), c3) ^ length;
    let h3 = this.#h3 ^ Math.imul(rotate(Math.imul(k3, c3), 17), c4) ^ length;
    let h4 = this.#h4 ^ Math.imul(rotate(Math.imul(k4, c4), 18), c1) ^ length;
    h1 = (h1 + h2 + h3 + h4) | 0;
    h2 = (h2 + h1) | 0;
    h3 = (h3 + h1) | 0;
    h4 = (h4 + h1) | 0;
    h1 = mix(h1);
    h2 = mix(h2);
    h3 = mix(h3);
    h4 = mix(h4);
    h1 = (h1 + h2 + h3 + h4) | 0;
    h2 = (h2 + h1) | 0;
    h3 = (h3 + h1) | 0;
    h4 = (h4 + h1) | 0;
    return [h1, h2, h3, h4].map((h) => (h >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
