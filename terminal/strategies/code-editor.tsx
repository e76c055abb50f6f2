/** The editor in the page: the draft's file, its diagnostics as marks. */

import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../app/theme.ts';
import type { Draft } from './draft.ts';
import { openEditor } from './open-editor.ts';
import type { SourceEditor } from './open-editor.ts';

interface CodeEditorProps {
  readonly draft: Draft;
  readonly isReadOnly: boolean;
  readonly onSave: () => void;
  /** Gets the editor once it is there. */
  readonly onOpen: (editor: SourceEditor) => void;
}

export const CodeEditor = ({ draft, isReadOnly, onSave, onOpen }: CodeEditorProps) => {
  const host = useRef<HTMLDivElement>(null);
  const save = useRef(onSave);
  save.current = onSave;
  useEffect(() => {
    if (host.current === null) return undefined;
    let shown = '';
    const editor = openEditor(host.current, {
      theme: theme.peek(),
      isReadOnly,
      onSave: () => save.current(),
      onChange: (text) => {
        shown = text;
        draft.edit(text);
      },
    });
    onOpen(editor);
    let shownFile = '';
    const ends = [
      effect(() => {
        const text = draft.files.value[draft.file.value] ?? '';
        // Another file, or another version of it; not what was just typed.
        if (text !== shown || draft.file.value !== shownFile) editor.set(text);
        shown = text;
        shownFile = draft.file.value;
      }),
      effect(() => {
        const found = draft.outcome.value?.diagnostics ?? [];
        editor.mark(found.filter(({ file }) => file === null || file === draft.file.value));
      }),
      effect(() => editor.dress(theme.value)),
    ];
    return () => {
      for (const end of ends) end();
      editor.close();
    };
  }, [draft]);
  return <div ref={host} class="code" />;
};
