/** `xtrading deployment list`, `show`, `pause`, `resume`, `stop`: strategies that run live on a server. */

import type { Client, Deployment, DeploymentStatus } from '#sdk';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import type { Command } from '../main.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { deploymentText } from '../server/deployment-text.ts';
import { ownDeployment, ownDeployments } from '../server/own-deployment.ts';
import { onePositional, positionals } from '../server/positionals.ts';
import { shortTime, table, tell } from '../server/table.ts';
import { UsageError } from '../usage-error.ts';

const statuses: readonly DeploymentStatus[] = ['active', 'paused', 'stopped', 'failed'];

const listDeclaration: CommandDeclaration = {
  name: 'deployment list',
  usage: ['deployment list [--status S]'],
  summary: 'Lists where your strategies run live, and have run; the newest first.',
  options: {
    status: { value: 'S', group: 'Which', help: `${statuses.join(', ')}. Default: all.` },
    ...serverOptions,
  },
  examples: [['xtrading deployment list --status active', 'what trades now']],
  notes: [serverNote],
};

export const deploymentListCommand = serverCommand(listDeclaration, async (given, { client, terminal }) => {
  positionals(given, { names: [], example: 'xtrading deployment list' });
  const status = given.text('status');
  const known = statuses.find((one) => one === status);
  if (status !== undefined && known === undefined)
    throw new UsageError('option-value', `--status ${status} is not known.`, `Write one of ${statuses.join(', ')}.`);
  const deployments = await ownDeployments(client, known === undefined ? {} : { status: known });
  tell(terminal, {
    isJson: given.flag('json'),
    value: deployments,
    text: () =>
      deployments.length === 0
        ? 'There are none: xtrading strategy run STRATEGY --symbol S.'
        : table(
            deployments,
            [
              { title: 'strategy', text: ({ strategyName }) => strategyName },
              { title: 'version', text: ({ strategyVersion }) => String(strategyVersion), isNumber: true },
              {
                title: 'data',
                text: ({ feeds }) => feeds.map((feed) => `${feed.symbol} (${feed.interval})`).join(', '),
              },
              {
                title: 'status',
                text: (one) => (one.failure === null ? one.status : `${one.status}: ${one.failure.message}`),
              },
              { title: 'started (UTC)', text: ({ startedAt }) => shortTime(startedAt) },
              { title: 'id', text: ({ id }) => id },
            ],
            terminal,
          ),
  });
  return exitCode.done;
});

/** A command on one deployment, which it then shows. */
const onDeployment = (
  verb: string,
  {
    summary,
    meaning,
    notes = [],
  }: { readonly summary: string; readonly meaning: string; readonly notes?: readonly string[] },
  ask: (client: Client, id: string) => Promise<Deployment>,
): Command => {
  const example = `xtrading deployment ${verb} sma-cross`;
  const declaration: CommandDeclaration = {
    name: `deployment ${verb}`,
    usage: [`deployment ${verb} DEPLOYMENT`],
    summary,
    options: serverOptions,
    examples: [[example, meaning]],
    notes: [serverNote, 'DEPLOYMENT is an id of deployment list, or the name of a strategy that runs once.', ...notes],
  };
  return serverCommand(declaration, async (given, { client, terminal }) => {
    const { id } = await ownDeployment(client, onePositional(given, { what: 'deployment', example }));
    const deployment = await ask(client, id);
    tell(terminal, {
      isJson: given.flag('json'),
      value: deployment,
      text: () => deploymentText(deployment, terminal),
    });
    return exitCode.done;
  });
};

export const deploymentShowCommand = onDeployment(
  'show',
  {
    summary: 'Shows a strategy that runs live, with its newest signals.',
    meaning: 'by the name of its strategy; its id serves too',
  },
  async (client, id) => await client.deployments.get(id),
);

export const deploymentPauseCommand = onDeployment(
  'pause',
  {
    summary: 'Lets a strategy decide without acting: its signals go on, and say that it is paused.',
    meaning: 'until deployment resume',
    notes: ['Its open orders stay.'],
  },
  async (client, id) => await client.deployments.pause(id),
);

export const deploymentResumeCommand = onDeployment(
  'resume',
  {
    summary: 'Lets a strategy act again that was paused or has failed.',
    meaning: 'with the next bar',
    notes: ['One that has failed begins anew with the bar in progress: what it remembered is gone.'],
  },
  async (client, id) => await client.deployments.resume(id),
);

export const deploymentStopCommand = onDeployment(
  'stop',
  {
    summary: 'Ends a strategy that runs live, for good.',
    meaning: 'its open orders are cancelled',
    notes: ['Positions stay as they are.'],
  },
  async (client, id) => await client.deployments.stop(id),
);
