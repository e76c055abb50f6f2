/** The version of the engine's results: part of the key under which a result may be kept and reused. */

/** Raised whenever the same strategy, data and settings could give another result. */
export const engineVersion = '2';
