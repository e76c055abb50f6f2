/** Which symbol a file of prices is probably about, by its name. */

/** `goog_daily.csv` → GOOG; nothing where the name has no such word. */
export const guessSymbol = (fileName: string): string => {
  const [stem = ''] = fileName.replace(/\.gz$/i, '').split('.');
  const [word = ''] = stem.split(/[_ ]|-(?=\d)/);
  const symbol = word.toUpperCase();
  return /^[A-Z0-9.-]{1,24}$/.test(symbol) ? symbol : '';
};
