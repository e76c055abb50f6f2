/**
 * Text of a strategy that people will read: without the control characters by which it could clear a
 * terminal, set its title or overwrite what stands there. Lines and tabs stay.
 */

/** U+FFFD, the sign for a character that can't be shown. */
const unprintable = '\uFFFD';

export const printableText = (text: string): string => text.replaceAll(/(?![\n\t])\p{Cc}/gu, unprintable);
