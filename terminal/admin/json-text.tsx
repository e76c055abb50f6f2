/** JSON as people read it: indented, names and values told apart; of very much the beginning. */

import { jsonLines } from './json-lines.ts';

/** Beyond, the page would be slow, and nobody reads on. */
const linesShownMax = 3_000;

export const JsonText = ({ value }: { readonly value: unknown }) => {
  const lines = jsonLines(value);
  return (
    <pre class="json">
      {lines.slice(0, linesShownMax).map(({ indent, name, text, kind, end }, place) => (
        <div key={place}>
          {indent}
          {name !== null && (
            <>
              <span class="name">{name}</span>
              {': '}
            </>
          )}
          <span class={kind}>{text}</span>
          {end}
        </div>
      ))}
      {lines.length > linesShownMax && (
        <div class="muted">… and {lines.length - linesShownMax} more lines: the command line shows all of them.</div>
      )}
    </pre>
  );
};
