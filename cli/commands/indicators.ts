/** `xtrading indicators`: what `ctx.ta` offers, told from the definitions themselves. */

import { indicatorCatalogue, nearest } from '#domain';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import type { Command } from '../main.ts';
import { UsageError } from '../usage-error.ts';

const declaration: CommandDeclaration = {
  name: 'indicators',
  usage: ['indicators [NAME]'],
  summary: 'Lists the built-in indicators, or explains one.',
  options: {
    json: { group: 'Output', help: 'The whole catalogue as JSON.' },
    plain: { group: 'Output', help: 'No colours.' },
  },
  examples: [
    ['xtrading indicators', 'all of them by group'],
    ['xtrading indicators macd', 'inputs, parameters and outputs of one'],
  ],
};

export const indicatorsCommand: Command = {
  declaration,
  async run(given, { terminal }) {
    if (given.flag('json')) {
      terminal.print(JSON.stringify(indicatorCatalogue, null, 2));
      return exitCode.done;
    }
    const [name] = given.positionals;
    if (name === undefined) {
      for (const group of new Set(indicatorCatalogue.map((entry) => entry.group))) {
        terminal.print(terminal.style('bold', group));
        for (const entry of indicatorCatalogue.filter((candidate) => candidate.group === group))
          terminal.print(`  ${entry.name.padEnd(22)}${entry.title}`);
      }
      return exitCode.done;
    }
    const entry = indicatorCatalogue.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (entry === undefined)
      throw new UsageError(
        'indicator-unknown',
        `There is no indicator "${name}".`,
        `${nearest(
          name,
          indicatorCatalogue.map((candidate) => candidate.name),
        )}See xtrading indicators.`,
      );
    terminal.print(explain(entry).join('\n'));
    return exitCode.done;
  },
};

const priceColumns = new Set(['open', 'high', 'low', 'close', 'volume']);

const explain = ({ name, title, group, takes, gives, parameters }: (typeof indicatorCatalogue)[number]): string[] => {
  const fromBars = takes.every((input) => priceColumns.has(input));
  const sources = fromBars ? ['bars.main'] : takes.map(() => 'bars.main.close');
  const defaults = parameters.map((parameter) =>
    typeof parameter.default === 'string' ? `'${parameter.default}'` : String(parameter.default),
  );
  return [
    `${title} (${group})`,
    '',
    `  ta.${name}(${[...sources, ...defaults].join(', ')})`,
    '',
    `Inputs: ${takes.join(', ')}${fromBars ? ' of a feed' : ''}. Outputs: ${gives.join(', ')}.`,
    ...(parameters.length === 0 ? [] : ['Parameters:', ...parameters.map((parameter) => `  ${describe(parameter)}`)]),
  ];
};

const describe = (parameter: (typeof indicatorCatalogue)[number]['parameters'][number]): string =>
  `${parameter.name.padEnd(18)}default ${String(parameter.default)}`;
