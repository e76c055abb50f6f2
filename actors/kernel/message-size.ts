/** About how much memory a message takes: enough for bounds, cheap enough for every message of a full mailbox. */

/** Of an object beside its values, of a reference, of a number. */
const objectBytes = 32;
const valueBytes = 8;
/** Values looked at in one message; of a larger one what follows is counted like what has been seen. */
const valuesMax = 4_096;

/** Bytes of a plain value, texts at two bytes a unit. */
export const bytesOf = (message: unknown): number => {
  const waiting: unknown[] = [message];
  let bytes = 0;
  for (let looked = 0; looked < valuesMax; looked++) {
    const value = waiting.pop();
    if (value === undefined && waiting.length === 0) return bytes;
    if (typeof value === 'string') bytes += valueBytes + 2 * value.length;
    else if (typeof value === 'object' && value !== null) {
      bytes += objectBytes;
      for (const part of Array.isArray(value) ? value : Object.values(value)) {
        // Most parts are numbers: they are counted without a place in the list.
        if (typeof part === 'string' || typeof part === 'object') waiting.push(part);
        else bytes += valueBytes;
      }
    } else bytes += valueBytes;
  }
  return Math.ceil((bytes * (valuesMax + waiting.length)) / valuesMax);
};
