/** `xtrading cluster status`, `drain`, `resume`: for administrators, the nodes of a server's cluster. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Client, ClusterNode } from '#sdk';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { clusterText, nodeText } from '../server/cluster-text.ts';
import { serverCommand, serverNote, serverOptions } from '../server/connection.ts';
import { onePositional, positionals } from '../server/positionals.ts';
import { ServerError } from '../server/server-error.ts';
import { tell } from '../server/table.ts';
import type { Terminal } from '../terminal.ts';

const lookEveryMs = 1_000;
/** Shards move by the dozen a second; a node that still has some after that has a problem. */
const drainMsMax = 300_000;
const clearScreen = '\u001b[H\u001b[J';

const administratorNote = 'For administrators.';
const auditNote = 'What you do is recorded in the audit trail before it is done.';

const statusDeclaration: CommandDeclaration = {
  name: 'cluster status',
  usage: ['cluster status [--watch]'],
  summary: 'Shows the nodes, what each has to do, and what waits for a node.',
  options: {
    watch: { short: 'w', group: 'Which', help: 'Again every second, until Ctrl-C; with --json a line each time.' },
    ...serverOptions,
  },
  examples: [
    ['xtrading cluster status', 'who is there, and who has how many shards'],
    ['xtrading cluster status --watch', 'while a node is drained, or starts'],
  ],
  notes: [
    administratorNote,
    'All of it is seen from the node that answers: loads are as old as the table says, links are its own.',
    serverNote,
  ],
};

export const clusterStatusCommand = serverCommand(statusDeclaration, async (given, { client, terminal, signal }) => {
  positionals(given, { names: [], example: 'xtrading cluster status' });
  const isJson = given.flag('json');
  if (!given.flag('watch')) {
    const cluster = await client.system.nodes();
    tell(terminal, { isJson, value: cluster, text: () => clusterText(cluster, terminal) });
    return exitCode.done;
  }
  for (;;) {
    const cluster = await client.system.nodes();
    if (isJson) terminal.print(JSON.stringify(cluster));
    else terminal.print(`${terminal.isInteractive ? clearScreen : ''}${clusterText(cluster, terminal)}`);
    await pause(lookEveryMs, undefined, { signal });
  }
});

const drainDeclaration: CommandDeclaration = {
  name: 'cluster drain',
  usage: ['cluster drain NODE [--wait]'],
  summary: 'Has a node give away its actors, and gives it no more until it is resumed.',
  options: {
    wait: { group: 'Doing', help: `Until it has none any more; at most ${drainMsMax / 60_000} minutes.` },
    ...serverOptions,
  },
  examples: [
    ['xtrading cluster drain node-2', 'begins it'],
    ['xtrading cluster drain node-2 --wait', 'in a script, before the node is taken down'],
  ],
  notes: [
    administratorNote,
    'A node is named as in xtrading cluster status, or by its incarnation. Its gateway and its runners go on; a node that is told to end drains itself.',
    auditNote,
    'Exit codes: 0 it is begun, or with --wait done; 3 it has shards still, or the server refused.',
    serverNote,
  ],
};

export const clusterDrainCommand = serverCommand(drainDeclaration, async (given, { client, terminal, signal }) => {
  const name = onePositional(given, { what: 'node', example: 'xtrading cluster drain node-2' });
  const begun = await client.system.drainNode(name);
  const node = given.flag('wait') ? await drained(client, begun, { terminal, signal }) : begun;
  tell(terminal, { isJson: given.flag('json'), value: node, text: () => nodeText(node, terminal) });
  return exitCode.done;
});

/** As it is when it has no shards any more; one that has ended meanwhile has none. */
const drained = async (
  client: Client,
  begun: ClusterNode,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<ClusterNode> => {
  const begunAt = performance.now();
  for (;;) {
    const { nodes } = await client.system.nodes();
    const node = nodes.find(({ incarnation }) => incarnation === begun.incarnation) ?? { ...begun, shards: 0 };
    terminal.status(`${node.name} has ${node.shards} shards`);
    if (node.shards === 0) return node;
    if (performance.now() - begunAt > drainMsMax)
      throw new ServerError(
        'drain-unfinished',
        `${node.name} still has ${node.shards} shards after ${drainMsMax / 60_000} minutes.`,
        'See with xtrading cluster status whether another node can take them; it goes on by itself.',
      );
    await pause(lookEveryMs, undefined, { signal });
  }
};

const resumeDeclaration: CommandDeclaration = {
  name: 'cluster resume',
  usage: ['cluster resume NODE'],
  summary: 'Lets a node that was drained have actors again.',
  options: serverOptions,
  examples: [['xtrading cluster resume node-2', 'it gets its share by and by']],
  notes: [administratorNote, auditNote, serverNote],
};

export const clusterResumeCommand = serverCommand(resumeDeclaration, async (given, { client, terminal }) => {
  const name = onePositional(given, { what: 'node', example: 'xtrading cluster resume node-2' });
  const node = await client.system.resumeNode(name);
  tell(terminal, { isJson: given.flag('json'), value: node, text: () => nodeText(node, terminal) });
  return exitCode.done;
});
