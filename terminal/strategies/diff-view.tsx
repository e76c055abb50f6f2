/** What differs, line by line; signs beside the colours. */

import { Empty } from '../parts/states.tsx';
import { diffLines } from './diff-lines.ts';

const signs = { added: '+', removed: '−', same: ' ', place: ' ' } as const;

export const DiffView = ({ unified }: { readonly unified: string }) => {
  const lines = diffLines(unified);
  if (lines.length === 0) return <Empty title="Nothing differs." />;
  return (
    <pre class="diff">
      {lines.map(({ kind, text }, place) => (
        <div key={place} class={kind}>
          <i>{signs[kind]}</i>
          {text}
        </div>
      ))}
    </pre>
  );
};
