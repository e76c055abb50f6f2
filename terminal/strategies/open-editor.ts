/**
 * The editor of a strategy's source, on CodeMirror. It lives in a shadow root: there CodeMirror puts its
 * styles in by script, which the page's security policy allows, instead of by style elements, which it does not.
 */

import { javascript } from '@codemirror/lang-javascript';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { oneDark } from '@codemirror/theme-one-dark';
import { EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import type { Diagnostic } from '#sdk';
import type { Theme } from '../app/theme.ts';
import { markerPlace } from './marker-place.ts';

export interface SourceEditor {
  /** Replaces the text and forgets what could be undone. */
  readonly set: (text: string) => void;
  readonly mark: (diagnostics: readonly Diagnostic[]) => void;
  /** Puts the cursor there and shows it. */
  readonly goTo: (line: number, column: number) => void;
  readonly dress: (theme: Theme) => void;
  readonly close: () => void;
}

export interface EditorOptions {
  readonly theme: Theme;
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
}

const size = EditorView.theme({
  '&': { height: '100%', fontSize: '13px' },
  '.cm-scroller': { fontFamily: 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace', lineHeight: '1.55' },
  '.cm-gutters': { border: 'none' },
  '.cm-tooltip-lint': { maxWidth: '560px', whiteSpace: 'pre-wrap' },
});
/** The earlier theme wins. */
const dark = [
  EditorView.theme(
    {
      '&': { backgroundColor: '#161e28' },
      '.cm-gutters': { backgroundColor: '#161e28', color: '#5d6b7e' },
      '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: '#1d273380' },
    },
    { dark: true },
  ),
  oneDark,
];
const light = [
  EditorView.theme({ '&': { backgroundColor: '#ffffff' }, '.cm-gutters': { backgroundColor: '#ffffff' } }),
];

export const openEditor = (host: HTMLElement, options: EditorOptions): SourceEditor => {
  const { isReadOnly, onChange, onSave } = options;
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const dress = new Compartment();
  const look = (theme: Theme) => (theme === 'dark' ? dark : light);
  const save = keymap.of([
    {
      key: 'Mod-s',
      run: () => {
        onSave();
        return true;
      },
    },
  ]);
  const stateOf = (doc: string, theme: Theme): EditorState =>
    EditorState.create({
      doc,
      extensions: [
        save,
        basicSetup,
        javascript({ typescript: true }),
        lintGutter(),
        size,
        dress.of(look(theme)),
        EditorState.readOnly.of(isReadOnly),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
        EditorView.contentAttributes.of({ 'aria-label': 'Source of the strategy' }),
      ],
    });
  let theme = options.theme;
  const view = new EditorView({ state: stateOf('', theme), parent: root, root });
  return {
    set: (text) => view.setState(stateOf(text, theme)),
    mark(diagnostics) {
      const text = view.state.doc.toString();
      const marks = diagnostics.map(({ line, column, message, remedy }) => ({
        ...markerPlace(text, line, column),
        severity: 'error' as const,
        message: remedy === null ? message : `${message}\n${remedy}`,
      }));
      view.dispatch(setDiagnostics(view.state, marks));
    },
    goTo(line, column) {
      const { from } = markerPlace(view.state.doc.toString(), line, column);
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      view.focus();
    },
    dress(next) {
      theme = next;
      view.dispatch({ effects: dress.reconfigure(look(next)) });
    },
    close() {
      view.destroy();
    },
  };
};
