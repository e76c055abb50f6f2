/** Deployments: strategies that run live on paper accounts. Start, watch, pause, stop. */

import { Type } from 'typebox';
import { deploymentKind, deploymentsPerUserMax } from '#actors';
import type { DeploymentSpec, DeploymentView } from '#actors';
import type { FastifyRequest } from 'fastify';
import { DeclaredStrategies } from '../declared.ts';
import { deploymentOf } from '../deployment-request.ts';
import { ProblemError } from '../errors.ts';
import { accepted, ask, change, changeAnswer, principalOf } from '../gateway.ts';
import type { Gateway, Routes } from '../gateway.ts';
import { commandIdOf } from '../idempotency.ts';
import { idFrom } from '../identifiers.ts';
import { listPage, listQuery, pageOf } from '../lists.ts';
import { mustOwn } from '../permissions.ts';
import { answers, choice, closed, Id } from '../schemas/basics.ts';
import {
  Deployment,
  DeploymentId,
  deploymentStatuses,
  ListedDeployment,
  NewDeployment,
  Signal,
  signalFilters,
} from '../schemas/deployments.ts';
import { AccountId, SymbolName } from '../schemas/trading.ts';
import { onWire } from '../wire.ts';

const tags = ['deployments'];
const params = closed({ id: DeploymentId });
/** A start may compile code. */
const startWeight = 10;
const filters = {
  accountId: Type.Optional(AccountId),
  symbol: Type.Optional(SymbolName),
  status: Type.Optional(choice(deploymentStatuses)),
};

export const deploymentRoutes: Routes = (app, gateway) => {
  const strategies = new DeclaredStrategies(gateway);

  app.post(
    '/strategies/:id/deployments',
    {
      config: { permission: 'trading:write', weight: startWeight },
      schema: {
        tags,
        summary: 'Run a strategy live on a paper account',
        description:
          'It acts from the bar in progress on; signals come in real time on `deployment:{id}`. A strategy that declares no timeframe gets bars of one minute unless told otherwise.',
        params: closed({ id: Id }),
        body: NewDeployment,
        response: answers({ 201: Deployment }),
      },
    },
    async (request, reply) => {
      const spec = await deploymentOf(gateway, strategies, request, {
        strategyId: request.params.id,
        asked: request.body,
      });
      const id = `${principalOf(request).userId}.${idFrom(commandIdOf(request))}`;
      const view = await start(gateway, request, id, spec);
      reply.code(201).header('location', `/api/v1/deployments/${id}`);
      return onWire(view);
    },
  );

  app.get(
    '/strategies/:id/deployments',
    {
      config: { permission: 'trading:read' },
      schema: {
        tags,
        summary: 'Where a strategy runs live, and has run',
        params: closed({ id: Id }),
        querystring: listQuery(filters),
        response: answers({ 200: pageOf(ListedDeployment) }),
      },
    },
    async (request) => {
      mustOwn(principalOf(request), request.params.id, 'strategy-unknown');
      return await page(gateway, request, request.query, request.params.id);
    },
  );

  app.get(
    '/deployments',
    {
      config: { permission: 'trading:read' },
      schema: {
        tags,
        summary: 'Your deployments',
        querystring: listQuery({ ...filters, strategyId: Type.Optional(Id) }),
        response: answers({ 200: pageOf(ListedDeployment) }),
      },
    },
    async (request) => {
      const { strategyId, ...query } = request.query;
      if (strategyId !== undefined) mustOwn(principalOf(request), strategyId, 'strategy-unknown');
      return await page(gateway, request, query, strategyId);
    },
  );

  app.get(
    '/deployments/:id',
    {
      config: { permission: 'trading:read', boundedByAsk: true },
      schema: {
        tags,
        summary: 'One deployment with its newest signals',
        params,
        response: answers({ 200: Deployment }),
      },
    },
    async (request) => {
      const { id } = request.params;
      mustOwn(principalOf(request), id, 'deployment-unknown');
      return onWire(await ask(gateway, request, deploymentKind, id, { type: 'GetDeployment' }));
    },
  );

  for (const { verb, type, summary, description } of changes) {
    app.post(
      `/deployments/:id/${verb}`,
      {
        config: { permission: 'trading:write' },
        schema: { tags, summary, description, params, response: answers({ 200: Deployment }) },
      },
      async (request) => {
        const { id } = request.params;
        mustOwn(principalOf(request), id, 'deployment-unknown');
        return onWire(await change(gateway, request, deploymentKind, id, { type }));
      },
    );
  }

  app.get(
    '/trading/signals',
    {
      config: { permission: 'trading:read' },
      schema: {
        tags: ['trading'],
        summary: 'What your running strategies want, and what became of it',
        querystring: listQuery(signalFilters),
        response: answers({ 200: pageOf(Signal) }),
      },
    },
    async (request) => {
      const { strategyId, accountId, deploymentId, symbol, status, ...query } = request.query;
      const principal = principalOf(request);
      if (strategyId !== undefined) mustOwn(principal, strategyId, 'strategy-unknown');
      if (accountId !== undefined) mustOwn(principal, accountId, 'account-unknown');
      if (deploymentId !== undefined) mustOwn(principal, deploymentId, 'deployment-unknown');
      return await listPage(gateway, request, query, {
        list: 'signals',
        owner: principal.userId,
        parent: strategyId,
        symbol,
        status: status === undefined ? undefined : [status],
        where: { accountId, deploymentId },
        show: ({ doc }) => onWire(doc),
      });
    },
  );
};

const changes = [
  {
    verb: 'pause',
    type: 'PauseDeployment',
    summary: 'Let it decide without acting',
    description: 'Signals go on and say that it is paused. Open orders stay.',
  },
  {
    verb: 'resume',
    type: 'ResumeDeployment',
    summary: 'Let it act again',
    description: 'One that has failed begins anew with the bar in progress.',
  },
  {
    verb: 'stop',
    type: 'StopDeployment',
    summary: 'End it for good',
    description: 'Its open orders are cancelled; positions stay as they are.',
  },
] as const;

const page = async (
  gateway: Gateway,
  request: Pick<FastifyRequest, 'principal'>,
  {
    accountId,
    symbol,
    status,
    ...query
  }: { readonly accountId?: string; readonly symbol?: string; readonly status?: DeploymentView['status'] },
  strategyId: string | undefined,
) => {
  const principal = principalOf(request);
  if (accountId !== undefined) mustOwn(principal, accountId, 'account-unknown');
  return await listPage(gateway, request, query, {
    list: 'deployments',
    owner: principal.userId,
    parent: strategyId,
    symbol,
    status: status === undefined ? undefined : [status],
    where: { accountId },
    show: ({ doc: { slot: _slot, ...doc } }) => onWire(doc),
  });
};

/** In the first of the user's places that is free: of requests at once each gets one of its own, or none. */
const start = async (
  gateway: Gateway,
  request: FastifyRequest,
  id: string,
  spec: DeploymentSpec,
): Promise<DeploymentView> => {
  for (const slot of await freeSlots(gateway, principalOf(request).userId)) {
    const answer = await changeAnswer(
      gateway,
      request,
      deploymentKind,
      id,
      { type: 'StartDeployment', spec, slot },
      `slot ${slot}`,
    );
    if (answer.type === 'replied') return answer.reply;
    // The same request once more, of which nobody knew how the first had ended.
    if (answer.refusal.code === 'deployment-exists')
      return await ask(gateway, request, deploymentKind, id, { type: 'GetDeployment' });
    if (answer.refusal.code !== 'deployments-max') return accepted(answer);
  }
  throw new ProblemError(
    'deployments-max',
    `You have ${deploymentsPerUserMax} deployments that are not stopped, the most that there may be.`,
    { remedy: 'Stop one of them.' },
  );
};

const freeSlots = async ({ parts, writes }: Gateway, userId: string): Promise<readonly number[]> => {
  const { entries } = await parts.lists.page({
    list: 'deployments',
    owner: userId,
    status: ['active', 'paused', 'failed'],
    limit: deploymentsPerUserMax,
    reached: writes.of(userId),
  });
  const taken = entries.map(({ doc }) => doc['slot']);
  return Array.from({ length: deploymentsPerUserMax }, (_, slot) => slot).filter((slot) => !taken.includes(slot));
};
