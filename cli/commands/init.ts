/** `xtrading init`: a folder for strategies with editor types, an example, sample prices and the first commands. */

import { existsSync } from 'node:fs';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, delimiter, isAbsolute, join, relative, resolve } from 'node:path';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import type { Command } from '../main.ts';
import { writeStrategyTypes } from '../strategy-types.ts';
import { UsageError } from '../usage-error.ts';

const declaration: CommandDeclaration = {
  name: 'init',
  usage: ['init [FOLDER]'],
  summary: 'Makes a folder for strategies, with editor types, an example strategy and sample prices.',
  options: {
    force: {
      group: 'Options',
      help: 'Write into a folder that is not empty; files that exist are kept, editor types are renewed.',
    },
    plain: { group: 'Options', help: 'No colours.' },
    quiet: { group: 'Options', help: 'Say nothing but errors.' },
  },
  examples: [
    ['xtrading init my-strategies', 'makes ./my-strategies'],
    ['xtrading init . --force', 'renews the editor types of the current folder'],
  ],
};

export const initCommand: Command = {
  declaration,
  async run(given, { terminal, environment }) {
    if (given.positionals.length > 1)
      throw new UsageError(
        'argument-count',
        `init takes one folder, not ${given.positionals.length}.`,
        'Write xtrading init my-strategies.',
      );
    const folder = resolve(given.positionals[0] ?? '.');
    await mustBeEmpty(folder, given.flag('force'));
    await mkdir(folder, { recursive: true });
    await writeStrategyTypes(join(folder, '.xtrading', 'types'));
    const written: string[] = [];
    for (const [name, text] of Object.entries(projectFiles(basename(folder)))) {
      if (await writeNew(join(folder, name), text)) written.push(name);
    }
    if (!(await exists(join(folder, 'prices.csv')))) {
      const { main } = await import('../main.ts');
      await main(['data', 'generate', '--out', join(folder, 'prices.csv'), '--quiet'], {});
      written.push('prices.csv');
    }
    const steps = relative(process.cwd(), folder);
    const here = steps.length > folder.length ? folder : steps;
    terminal.print(
      [
        `${terminal.style('bold', here === '' ? 'This folder' : here)} is ready: ${written.length === 0 ? 'its editor types are renewed' : written.join(', ')}.`,
        '',
        'Next:',
        ...(here === '' ? [] : [`  cd ${here}`]),
        '  xtrading backtest strategy.ts --data prices.csv',
        '  xtrading dev strategy.ts --data prices.csv        runs again on each save',
        ...(isCommand(environment['PATH'] ?? '')
          ? []
          : ['', `If xtrading is not found there: npm link in ${checkout} makes it a command of every folder.`]),
      ].join('\n'),
    );
    return exitCode.done;
  },
};

const checkout = join(import.meta.dirname, '..', '..');

/** True when a shell finds `xtrading`. What npx adds to the path for this one command does not count. */
const isCommand = (path: string): boolean =>
  path
    .split(delimiter)
    .some(
      (entry) =>
        isAbsolute(entry) && !entry.endsWith(join('node_modules', '.bin')) && existsSync(join(entry, 'xtrading')),
    );

const mustBeEmpty = async (folder: string, force: boolean): Promise<void> => {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(
      'file-unwritable',
      `${folder} can't be used: ${error.message}.`,
      'Name a folder that may be written.',
      { cause: error },
    );
  });
  if (entries.length > 0 && !force)
    throw new UsageError(
      'file-exists',
      `${folder} is not empty.`,
      'Name a new folder, or add --force: files that exist are kept.',
    );
};

const exists = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** False when the file exists and was kept. */
const writeNew = async (path: string, text: string): Promise<boolean> => {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // fs rejects with ErrnoException
    throw new UsageError(
      'file-unwritable',
      `${path} can't be written: ${(error as Error).message}.`,
      'Name a folder that may be written.',
      { cause: error },
    );
  }
};

const projectFiles = (name: string): Readonly<Record<string, string>> => ({
  'strategy.ts': `import { crossOver, crossUnder, defineStrategy, int } from 'xtrading/strategy';

export default defineStrategy({
  name: 'my-first',
  params: { fast: int(10, { min: 2, max: 100 }), slow: int(20, { min: 3, max: 300 }) },
  constraint: (p) => p.fast < p.slow,
  init: ({ bars, ta }, p) => ({ fast: ta.sma(bars.main.close, p.fast), slow: ta.sma(bars.main.close, p.slow) }),
  onBar(ctx, { fast, slow }) {
    if (crossOver(fast, slow)) ctx.targetPercent('main', 0.95);
    else if (crossUnder(fast, slow)) ctx.close('main');
  },
});
`,
  'tsconfig.json': `${JSON.stringify(
    {
      compilerOptions: {
        target: 'esnext',
        lib: ['esnext'],
        types: [],
        module: 'esnext',
        moduleResolution: 'bundler',
        strict: true,
        noEmit: true,
        noUncheckedIndexedAccess: true,
        erasableSyntaxOnly: true,
        verbatimModuleSyntax: true,
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        paths: { 'xtrading/strategy': ['./.xtrading/types/strategy/index.d.ts'] },
      },
      include: ['**/*.ts'],
    },
    null,
    2,
  )}\n`,
  'README.md': `# ${name}

Strategies for xTrading.

- \`xtrading backtest strategy.ts --data prices.csv\` runs the strategy over the sample prices
- \`xtrading backtest strategy.ts --data prices.csv --grid fast=5..50:5 --grid slow=20..200:20 --report search.html\` searches its parameters
- \`xtrading dev strategy.ts --data prices.csv\` runs it again on each save
- \`xtrading indicators\` lists what \`ctx.ta\` offers
- \`xtrading init . --force\` renews the editor types after an upgrade

Where \`xtrading\` is not found: \`npm link\`, once, in the folder of xTrading.
`,
  '.gitignore': '*.html\n.xtrading/cache/\n',
});
