/** Which commands fit what was typed. */

interface Named {
  readonly title: string;
  readonly about: string;
}

/** More are not looked at. */
const shownMax = 40;

/** Those whose title or description has all words, titles that begin with the text first. */
export const matching = <C extends Named>(commands: readonly C[], text: string): readonly C[] => {
  const typed = text.trim().toLowerCase();
  const words = typed.split(/\s+/);
  const rank = ({ title }: C): number => (title.toLowerCase().startsWith(typed) ? 0 : 1);
  return commands
    .filter(({ title, about }) => words.every((word) => `${title} ${about}`.toLowerCase().includes(word)))
    .map((command, place) => ({ command, place }))
    .sort((a, b) => rank(a.command) - rank(b.command) || a.place - b.place)
    .slice(0, shownMax)
    .map(({ command }) => command);
};
