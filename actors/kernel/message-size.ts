/** About how much memory a message takes: enough for bounds, cheap enough for every message of a full mailbox. */

/** Of an object beside its values; of a reference or a number. */
const objectBytes = 32;
const valueBytes = 8;
/** Objects looked at in one message, and parts of one list: what there is beyond counts like what was seen. */
const objectsMax = 1_024;
const partsMax = 64;

/** Bytes of a plain value, texts at two bytes a unit. */
export const bytesOf = (message: object): number => {
  let bytes = 0;
  let looked = 0;
  // Most messages are flat: only others need a list of what is still to be looked at.
  const nested: object[] = [];
  for (let value: object | undefined = message; value !== undefined && looked < objectsMax; value = nested.pop()) {
    looked++;
    bytes += Array.isArray(value) ? bytesOfList(value, nested) : bytesOfObject(value, nested);
  }
  return Math.ceil((bytes * (looked + nested.length)) / looked);
};

const bytesOfObject = (value: object, nested: object[]): number => {
  let bytes = objectBytes;
  // Messages are plain data: what they have is their own. This form makes no list of it.
  // oxlint-disable-next-line eslint/guard-for-in -- see above
  for (const key in value) bytes += bytesOfPart(value[key as keyof typeof value], nested);
  return bytes;
};

const bytesOfList = (parts: readonly unknown[], nested: object[]): number => {
  const seen = Math.min(parts.length, partsMax);
  let bytes = 0;
  for (let place = 0; place < seen; place++) bytes += bytesOfPart(parts[place], nested);
  const unseen = parts.length - seen;
  // Objects among those that are not looked at: as many as among the others, of the size of a small one.
  const more = unseen * (seen === 0 ? 0 : (bytes + objectBytes * 2 * countObjects(parts, seen)) / seen);
  return objectBytes + bytes + more;
};

const countObjects = (parts: readonly unknown[], seen: number): number => {
  let objects = 0;
  for (let place = 0; place < seen; place++) if (typeof parts[place] === 'object') objects++;
  return objects;
};

const bytesOfPart = (part: unknown, nested: object[]): number => {
  if (typeof part === 'string') return valueBytes + 2 * part.length;
  if (typeof part === 'object' && part !== null) nested.push(part);
  return valueBytes;
};
