/** The parts of a Markdown document that can be run. */

export type DocumentStep =
  | { readonly type: 'run'; readonly line: number; readonly script: string }
  | { readonly type: 'save'; readonly line: number; readonly name: string; readonly text: string };

/** Blocks of `sh`, and `ts` blocks that start with `// name.ts`, in order. */
export const stepsOf = (document: string): DocumentStep[] =>
  [...document.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap((block): DocumentStep[] => {
    const [, language = '', text = ''] = block;
    const line = document.slice(0, block.index).split('\n').length;
    if (language === 'sh') return [{ type: 'run', line, script: text }];
    const name = language === 'ts' ? /^\/\/ (\S+\.ts)\n/.exec(text)?.[1] : undefined;
    return name === undefined ? [] : [{ type: 'save', line, name, text }];
  });
