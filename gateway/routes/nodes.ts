/** What operators see of the nodes of the cluster, and how they take one out of it and back. */

import { Type } from 'typebox';
import { operationsKind } from '#actors';
import type { NodeOperation } from '#actors';
import type { NodeReport } from '#ports';
import { ProblemError } from '../errors.ts';
import { change, principalOf } from '../gateway.ts';
import type { Routes } from '../gateway.ts';
import { answers, closed } from '../schemas/basics.ts';
import { Cluster, ClusterNode, clusterOnWire, nodeOnWire } from '../schemas/nodes.ts';

const tags = ['system'];

const ofNode = closed({
  node: Type.String({
    pattern: String.raw`^[^\u0000-\u001f\u007f]+$`,
    maxLength: 120,
    description: 'Its name, or its incarnation.',
  }),
});

export const nodeRoutes: Routes = (app, gateway) => {
  const { nodes, clock } = gateway.parts;

  app.get(
    '/system/nodes',
    {
      config: { permission: 'system:read' },
      schema: { tags, summary: 'The nodes of the cluster', response: answers({ 200: Cluster }) },
    },
    () => clusterOnWire(nodes, nodes.report(), clock.now()),
  );

  /** Of runs with one name the one that lives: the report has those that have just ended, too. */
  const found = (name: string): NodeReport => {
    const named = nodes.report().nodes.filter(({ node, incarnation }) => node === name || incarnation === name);
    const node = named.find(({ isLapsed }) => !isLapsed) ?? named[0];
    if (node === undefined) throw new ProblemError('node-unknown');
    return node;
  };

  const operate = (
    word: 'drain' | 'resume',
    { summary, description }: { readonly summary: string; readonly description: string },
  ): void => {
    const action: NodeOperation['action'] = word === 'drain' ? 'drain-node' : 'resume-node';
    app.post(
      `/system/nodes/:node/${word}`,
      {
        config: { permission: 'system:manage' },
        schema: { tags, summary, description, params: ofNode, response: answers({ 200: ClusterNode }) },
      },
      async (request) => {
        if (!nodes.isCluster)
          throw new ProblemError('node-alone', undefined, { remedy: 'To take the program down, stop it.' });
        const before = found(request.params.node);
        const { node, incarnation } = before;
        const operation: NodeOperation = { action, node, incarnation };
        const { userId } = principalOf(request);
        // First: what could not be recorded is not done.
        await change(gateway, request, operationsKind, userId, { type: 'RecordOperation', operation });
        const isLeaving = word === 'drain';
        if (!(await nodes.drain(incarnation, isLeaving))) throw new ProblemError('node-unknown');
        // The next look at the members will say so, too.
        return nodeOnWire({ ...before, isLeaving }, clock.now());
      },
    );
  };
  operate('drain', {
    summary: 'Have a node give away what it has',
    description: 'Its actors move to other nodes, and it is given no more until it is resumed. It goes on otherwise.',
  });
  operate('resume', {
    summary: 'Let a node have actors again',
    description: 'It gets its share of them by and by.',
  });
};
