/**
 * The trade hash: 128 bits over every fill of a run, so that two runs can be compared at a glance.
 * MurmurHash3 x86-128 (Austin Appleby, public domain algorithm) over the bytes of float64 words.
 */

import type { Fill } from './order.ts';

const wordsPerFill = 5;

/** 32 hexadecimal digits over feed, bar, signed quantity, price and commission of each fill, in order. */
export const tradeHash = (fills: readonly Fill[]): string => {
  const words = new Float64Array(fills.length * wordsPerFill);
  let at = 0;
  for (const fill of fills) {
    words[at++] = fill.feed;
    words[at++] = fill.bar;
    words[at++] = fill.side === 'buy' ? fill.quantity : -fill.quantity;
    words[at++] = fill.price + 0; // −0 and 0 are one price
    words[at++] = fill.commission + 0;
  }
  return murmur128(new Uint8Array(words.buffer));
};

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

/** MurmurHash3 x86-128 of the bytes with seed 0, as 32 hexadecimal digits. */
export const murmur128 = (bytes: Uint8Array): string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength;
  const blocks = length >>> 4;
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
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
  const tail = [0, 0, 0, 0];
  for (let i = length & 15; i > 0; i--) {
    const word = (i - 1) >>> 2;
    tail[word] = ((tail[word] as number) << 8) | (bytes[(blocks << 4) + i - 1] as number); // word < 4, index < length
  }
  const [k1, k2, k3, k4] = tail as [number, number, number, number];
  h4 ^= Math.imul(rotate(Math.imul(k4, c4), 18), c1);
  h3 ^= Math.imul(rotate(Math.imul(k3, c3), 17), c4);
  h2 ^= Math.imul(rotate(Math.imul(k2, c2), 16), c3);
  h1 ^= Math.imul(rotate(Math.imul(k1, c1), 15), c2);
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
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
};
