/**
 * Random numbers that are the same on every machine for the same seed: for generated prices and for
 * a strategy's `ctx.random`. Not for secrets.
 */

/**
 * A stream of numbers in [0, 1) with 53 random bits each, fixed by `seed` for ever: the same seed
 * gives the same numbers in every release. The number 42 and the text '42' are the same seed.
 */
export const randomFrom = (seed: number | string): (() => number) => {
  const next = randomWordsFrom(seed);
  return () => {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * twoTo26 + low) / twoTo53;
  };
};

/** The same stream as whole numbers from 0 to 2^32 − 1, two of which make a number of {@link randomFrom}. */
export const randomWordsFrom = (seed: number | string): (() => number) => {
  const word = wordsOf(String(seed === 0 ? 0 : seed)); // -0 is 0
  return xoshiro128StarStar(word(), word(), word(), word());
};

/**
 * The generator xoshiro128** 1.1 by David Blackman and Sebastiano Vigna (prng.di.unimi.it), in the
 * public domain: unsigned 32-bit integers, period 2^128 − 1. A state of four zeros would give only
 * zeros, so its last word then becomes 1.
 */
export const xoshiro128StarStar = (a: number, b: number, c: number, d: number): (() => number) => {
  let s0 = a | 0;
  let s1 = b | 0;
  let s2 = c | 0;
  let s3 = d | 0;
  if ((s0 | s1 | s2 | s3) === 0) s3 = 1;
  return () => {
    const scrambled = Math.imul(s1, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result >>> 0;
  };
};

const twoTo26 = 67_108_864;
const twoTo53 = 9_007_199_254_740_992;

/**
 * Words for a generator's state, spread from a text: two FNV-1a hashes over its UTF-16 units (two, so
 * that a hundred thousand seeds do not meet by chance), then the finalizer of MurmurHash3 over a
 * counter, so that seeds 1 and 2 start nowhere near each other.
 */
const wordsOf = (text: string): (() => number) => {
  let hash = 0x811c9dc5;
  let other = 0x6a09e667;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    other = Math.imul(other ^ text.charCodeAt(i), 0x0100019d);
  }
  let odd = false;
  return () => {
    hash = (hash + 0x9e3779b9) | 0;
    odd = !odd;
    let mixed = hash ^ (odd ? other : (other >>> 16) | (other << 16));
    mixed ^= mixed >>> 16;
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  };
};
