/** A unified diff as lines to be shown. */

export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'same' | 'place';
  readonly text: string;
}

export const diffLines = (unified: string): readonly DiffLine[] =>
  unified
    .split('\n')
    .filter((line) => !/^(---|\+\+\+|===|Index:|diff |\\ No newline)/.test(line))
    .flatMap((line): readonly DiffLine[] => {
      if (line.startsWith('@@')) return [{ kind: 'place', text: line }];
      if (line.startsWith('+')) return [{ kind: 'added', text: line.slice(1) }];
      if (line.startsWith('-')) return [{ kind: 'removed', text: line.slice(1) }];
      return line === '' ? [] : [{ kind: 'same', text: line.slice(1) }];
    });
