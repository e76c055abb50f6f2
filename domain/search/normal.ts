/** The normal distribution: how likely a value is, and which value is that likely. */

/**
 * The probability that a standard normal variable is below `x`.
 *
 * Near the middle by the series of Marsaglia (Journal of Statistical Software 11:4, 2004), in the
 * tails by the continued fraction of Laplace (Abramowitz and Stegun 26.2.14), so that small
 * probabilities keep their digits: relative error below 1e-12 in both.
 */
export const normalCdf = (x: number): number => {
  if (Number.isNaN(x)) return NaN;
  if (x > 0) return 1 - normalCdf(-x);
  if (x < tailFrom) return lowerTail(x);
  let term = x;
  let sum = x;
  for (let i = 3, before = NaN; sum !== before; i += 2) {
    before = sum;
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * density(x);
};

/**
 * The value below which a standard normal variable lies with probability `p`: −Infinity for 0,
 * Infinity for 1, NaN outside. Starts at Abramowitz and Stegun 26.2.23 (error below 4.5e-4) and
 * refines it by Halley's method on {@link normalCdf}: relative error below 1e-12.
 */
export const normalQuantile = (p: number): number => {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let x = -(
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t)
  );
  for (let round = 0; round < 3; round++) {
    const step = (normalCdf(x) - p) / density(x);
    x -= step / (1 + (x * step) / 2);
  }
  return x;
};

/** Below this the series loses digits to cancellation and the fraction converges fast. */
const tailFrom = -2.5;

const rootOfTwoPi = Math.sqrt(2 * Math.PI);

const density = (x: number): number => Math.exp((-x * x) / 2) / rootOfTwoPi;

/** φ(x) ÷ (|x| + 1 ÷ (|x| + 2 ÷ (|x| + 3 ÷ …))), evaluated from the inside. */
const lowerTail = (x: number): number => {
  const size = -x;
  let fraction = size;
  for (let depth = 200; depth >= 1; depth--) fraction = size + depth / fraction;
  return density(x) / fraction;
};
