/** How far the lists are behind the journal, which actors they hold back, and how to have one built anew. */

import { Type } from 'typebox';
import { listNames } from '#ports';
import { ProblemError } from '../errors.ts';
import type { Routes } from '../gateway.ts';
import { answers, choice, closed, Instant, nullable } from '../schemas/basics.ts';
import { onWire } from '../wire.ts';

const tags = ['system'];

/** As many as help to see what is wrong: there may be one for each actor. */
const heldShownMax = 100;

const Progress = Type.Object({
  version: Type.String({ description: 'Of the projections that made the rows.' }),
  eventsBehind: Type.Integer(),
  secondsBehind: Type.Number(),
  actorsHeld: Type.Integer({ description: 'Actors with an event that the list can not show.' }),
});

const List = Type.Object({
  list: Type.String(),
  served: Progress,
  building: nullable(Progress),
  held: Type.Array(
    Type.Object({
      kind: Type.String(),
      id: Type.String(),
      seq: Type.Integer({ description: 'Of the first event that is not shown.' }),
      reason: Type.String(),
      triedAt: Instant,
    }),
    { description: `The first ${heldShownMax}; each start of the program tries them again.` },
  ),
});

export const listCareRoutes: Routes = (app, { parts: { lists } }) => {
  app.get(
    '/system/lists',
    {
      config: { permission: 'system:read' },
      schema: {
        tags,
        summary: 'How far each list is, and what it can not show',
        response: answers({ 200: Type.Object({ data: Type.Array(List) }) }),
      },
    },
    async () => ({
      data: await Promise.all(
        lists.status().map(async (status) => {
          const isAllShown = status.served.actorsHeld === 0;
          return { ...status, held: isAllShown ? [] : (await lists.held(status.list, heldShownMax)).map(onWire) };
        }),
      ),
    }),
  );

  app.post(
    '/system/lists/:list/rebuild',
    {
      config: { permission: 'system:manage' },
      schema: {
        tags,
        summary: 'Build a list anew from the first event on',
        description: 'The rows that are there are read, and kept up, until the new ones have caught up.',
        params: closed({ list: choice(listNames) }),
        response: answers({ 202: Type.Object({ list: Type.String() }) }),
      },
    },
    (request, reply) => {
      const { list } = request.params;
      if (!lists.status().some((status) => status.list === list)) {
        throw new ProblemError('not-found', `Nothing is shown in the list ${list} yet.`);
      }
      lists.rebuild(list);
      return reply.code(202).send({ list });
    },
  );
};
