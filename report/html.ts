/** HTML as values: a template tag that escapes whatever is put into it, so that no text can become markup. */

/** Markup that is safe to put into a page. Made only by {@link html}, {@link raw} and {@link jsonForScript}. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

/** html`<td>${name}</td>` escapes `name`; nested html and lists of it go in as they are. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(
    strings.reduce((text, string, i) => text + unindented(string) + (i < parts.length ? textOf(parts[i]) : ''), ''),
  );

/** The indentation of our source is not for the reader's file. */
const unindented = (markup: string): string => markup.replace(/\n\s+/g, '\n');

/** Text that is markup already: our own style sheet and script. */
export const raw = (text: string): Html => new Html(text);

/** JSON for a `<script type="application/json">`: nothing in it can end the element. */
export const jsonForScript = (value: unknown): Html =>
  new Html(
    JSON.stringify(value)
      .replace(/</g, '\\u003c')
      .replace(/\u2028/g, '\\u2028')
      .replace(/\u2029/g, '\\u2029'),
  );

const textOf = (part: Part): string => {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  // What HTML has no place for (control characters) is shown as such instead of silently left out.
  return String(part).replace(/[&<>"'\0-\x08\v\f\x0e-\x1f]/g, (character) => entities[character] ?? '\ufffd');
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
