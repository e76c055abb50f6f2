/** HTML as values: a template tag that escapes whatever is put into it, so that no text can become markup. */

/** Markup that is safe to put into a page. Made only by {@link html} and {@link raw}. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

/** html`<td>${name}</td>` escapes `name`; nested html and lists of it go in as they are. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.reduce((text, string, i) => text + string + (i < parts.length ? textOf(parts[i]) : ''), ''));

/** Text that is markup already: our own style sheet and script. */
export const raw = (text: string): Html => new Html(text);

/** JSON for a `<script type="application/json">`: nothing in it can end the element. */
export const jsonForScript = (value: unknown): Html => new Html(JSON.stringify(value).replace(/</g, '\\u003c').replace(/\u2028/g, '\\u2028').replace(/\u2029/g, '\\u2029'));

const textOf = (part: Part): string => {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return String(part).replace(/[&<>"']/g, (character) => entities[character] ?? character);
};

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
