/** Values of results and settings as they are, whatever they are. */

/** Numbers with as many decimals as they need, at most 12 digits; nothing for null. */
export const plain = (value: unknown): string => {
  switch (typeof value) {
    case 'number':
      return String(Number(value.toPrecision(12))).replace('-', '−');
    case 'string':
      return value;
    case 'boolean':
      return value ? 'yes' : 'no';
    case 'undefined':
      return '';
    default:
      return value === null ? '' : JSON.stringify(value);
  }
};
