/** `xtrading signals`: what your running strategies want, and what became of it. */

import type { Client, Signal } from '#sdk';
import { untilAborted } from '#kernel';
import type { Arguments, CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import type { ServerContext } from '../server/connection.ts';
import { signalsText, signalText } from '../server/deployment-text.ts';
import { accountOption, chosenAccount } from '../server/own-account.ts';
import { ownDeployment, ownDeployments } from '../server/own-deployment.ts';
import { ownStrategy } from '../server/own-strategy.ts';
import { positionals } from '../server/positionals.ts';
import { ServerError } from '../server/server-error.ts';
import { tell } from '../server/table.ts';

const declaration: CommandDeclaration = {
  name: 'signals',
  usage: ['signals [options]'],
  summary: 'Shows what your running strategies want, whether it was acted on, and why not. The newest first.',
  options: {
    strategy: { value: 'S', group: 'Which', help: 'Of this strategy alone: its name or id.' },
    deployment: { value: 'ID', group: 'Which', help: 'Of this deployment alone.' },
    symbol: { value: 'S', group: 'Which', help: 'On this symbol alone.' },
    status: { value: 'S', group: 'Which', help: 'pending, acted, refused or skipped.' },
    limit: { value: 'N', group: 'Which', help: 'So many at most, up to 1000. Default 20.' },
    watch: { short: 'w', group: 'Output', help: 'Stay and show new ones as they are settled, until Ctrl-C.' },
    ...accountOption,
    ...serverOptions,
  },
  examples: [
    ['xtrading signals --status refused', 'what accounts did not take'],
    ['xtrading signals --watch --json', 'one JSON object a line, for a program'],
  ],
  notes: [serverNote, 'With --watch the deployments that run at that moment are watched, or the one that is named.'],
};

const listedDefault = 20;

export const signalsCommand = serverCommand(declaration, async (given, context) => {
  const { client, terminal } = context;
  positionals(given, { names: [], example: 'xtrading signals' });
  const isJson = given.flag('json');
  if (given.flag('watch')) {
    const show = (signal: Signal): void =>
      terminal.print(isJson ? JSON.stringify(signal) : signalText(signal, terminal));
    await watch(await watched(client, given), context, show);
    return exitCode.done;
  }
  const { data } = await client.trading.signals({
    limit: given.number('limit', { min: 1, max: 1_000, whole: true }) ?? listedDefault,
    ...(await filtersOf(client, given)),
  });
  tell(terminal, {
    isJson,
    value: data,
    text: () => (data.length === 0 ? 'There are none.' : signalsText(data, terminal)),
  });
  return exitCode.done;
});

const filtersOf = async (client: Client, given: Arguments): Promise<Readonly<Record<string, string>>> => {
  const [strategy, deployment, symbol, status] = ['strategy', 'deployment', 'symbol', 'status'].map((name) =>
    given.text(name),
  );
  return {
    ...(strategy === undefined ? {} : { strategyId: (await ownStrategy(client, strategy)).id }),
    ...(deployment === undefined ? {} : { deploymentId: (await ownDeployment(client, deployment)).id }),
    ...(given.has('account') ? { accountId: (await chosenAccount(client, given)).id } : {}),
    ...(symbol === undefined ? {} : { symbol: symbol.toUpperCase() }),
    ...(status === undefined ? {} : { status }),
  };
};

/** The deployments that are watched, by what was asked for. */
const watched = async (client: Client, given: Arguments): Promise<readonly string[]> => {
  const deployment = given.text('deployment');
  if (deployment !== undefined) return [(await ownDeployment(client, deployment)).id];
  const strategy = given.text('strategy');
  const all = await ownDeployments(
    client,
    strategy === undefined ? {} : { strategyId: (await ownStrategy(client, strategy)).id },
  );
  const ids = all.filter(({ status }) => status === 'active' || status === 'paused').map(({ id }) => id);
  if (ids.length > 0) return ids;
  throw new ServerError(
    'deployment-unknown',
    'No strategy runs live.',
    'Start one: xtrading strategy run STRATEGY --symbol S.',
  );
};

/** Each signal once, when it is known what became of it. */
const watch = async (
  ids: readonly string[],
  { live, lost, signal }: ServerContext,
  show: (one: Signal) => void,
): Promise<void> => {
  const { promise: refused, reject } = Promise.withResolvers<never>();
  const stops = ids.map((id) => {
    const pending = new Map<string, Signal>();
    const see = (one: Signal): void => {
      if (one.status === 'pending') pending.set(one.id, one);
      else show(one);
    };
    return live().deployment(id, {
      onPublication: (event) => {
        if (event.type === 'decision') for (const one of event.signals) see(one);
        if (event.type !== 'signals') return;
        for (const change of event.signals) {
          const one = pending.get(change.id);
          pending.delete(change.id);
          if (one !== undefined) show({ ...one, ...change });
        }
      },
      onRefused: (reason) =>
        reject(
          new ServerError('deployment-unknown', `${id} can't be watched: ${reason}.`, 'See xtrading deployment list.'),
        ),
    });
  });
  try {
    await Promise.race([untilAborted(signal), refused, lost]);
  } finally {
    for (const stop of stops) stop();
  }
};
