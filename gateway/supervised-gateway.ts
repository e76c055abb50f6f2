/** The gateway on the tree: the server that listens, and what is to be there while it does. */

import type { Server } from 'node:http';
import { patient, pause, untilAborted } from '#actors';
import type { Service, Supervision } from '#actors';
import { followOthers } from './auth/follow-others.ts';
import { keyCheckMs } from './auth/signing-keys.ts';
import type { Gateway, GatewayParts } from './gateway.ts';
import { closeGraceMs } from './limits.ts';
import { loadSchemaLibrary } from './schema-check.ts';
import { buildServer, prepareGateway } from './server.ts';

export interface SupervisedGateway {
  readonly supervision: Supervision;
  /** `http://127.0.0.1:8080`, from when it has started. */
  readonly address: () => string;
}

/** Closing, and the answers that are still being written when the connections have been cut. */
const serverStopMs = 2 * closeGraceMs;

/** How long a gateway may let through what others have let through already. */
const shareEveryMs = 200;

/** When whoever waited for the start has had an answer. */
const loadedAfterMs = 1_000;

/** What it knows outlives its server: a restart forgets no revoked session and no guessed password. */
export const superviseGateway = async (parts: GatewayParts): Promise<SupervisedGateway> => {
  const gateway = await prepareGateway(parts);
  const server = serverOf(gateway);
  return {
    address: server.address,
    supervision: {
      name: 'gateway',
      // Keys are kept in memory, and revocations are told to it: the server goes on whatever fails beside it.
      strategy: 'one-for-one',
      children: parts.settings.serves === 'health' ? [server.service] : [...tokensOf(gateway), server.service],
    },
  };
};

/** What tells whose a token is, and how much it may ask for; whoever serves nothing but health asks nobody. */
const tokensOf = (gateway: Gateway): Supervision['children'] => [
  // While the store of keys is away those in memory serve; without a server of its own nothing does.
  { name: 'keys', strategy: 'one-for-one', intensity: patient, children: [signingKeysOf(gateway)] },
  revocationsOf(gateway),
  ...(gateway.parts.sharedBuckets === null
    ? []
    : [{ name: 'limits', strategy: 'one-for-one' as const, intensity: patient, children: [sharedLimitsOf(gateway)] }]),
];

const signingKeysOf = ({ signingKeys, parts: { clock } }: Gateway): Service => ({
  name: 'signing-keys',
  run: async ({ signal, started }) => {
    while (!signal.aborted) {
      await signingKeys.check();
      started();
      await pause(clock, keyCheckMs, signal);
    }
  },
});

/** While the store is away it is tried again, later each time, and this gateway counts alone. */
const sharedLimitsOf = ({ limits, parts: { clock } }: Gateway): Service => ({
  name: 'shared-limits',
  run: async ({ signal, started }) => {
    started();
    while (!signal.aborted) {
      await limits.share();
      await pause(clock, shareEveryMs, signal);
    }
  },
});

const revocationsOf = (gateway: Gateway): Service => ({
  name: 'revocations',
  run: async ({ signal, started }) => {
    const unsubscribe = followOthers(gateway);
    started();
    await untilAborted(signal);
    unsubscribe();
  },
});

/** Listens on the same port each time, also where the first was any free one: clients come back to it. */
const serverOf = (gateway: Gateway): { readonly service: Service; readonly address: () => string } => {
  const { host } = gateway.parts.settings;
  let { port } = gateway.parts.settings;
  let address = '';
  const service: Service = {
    name: 'server',
    stopMs: serverStopMs,
    run: async ({ signal, started }) => {
      const { app, close } = await buildServer(gateway);
      let cancelLoading = (): void => {};
      try {
        const lost = lossOf(app.server);
        address = await app.listen({ host, port });
        port = Number(new URL(address).port);
        started();
        const { background, parts } = gateway;
        cancelLoading = parts.clock.at(parts.clock.now() + loadedAfterMs, () => {
          background.own(loadSchemaLibrary(), 'What checks requests could not be loaded.');
        });
        await Promise.race([untilAborted(signal), lost]);
      } finally {
        cancelLoading();
        await close();
      }
    },
  };
  return { service, address: () => address };
};

/** Rejects when the server ends, or the system refuses it connections. */
const lossOf = (server: Server): Promise<never> => {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {}); // raced, or the server was closed on purpose
  server.on('error', reject);
  server.on('close', () => reject(new Error('The server has ended by itself.')));
  return promise;
};
