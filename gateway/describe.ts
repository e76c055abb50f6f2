/**
 * The description of the API: what `/docs` shows, and what `npm run sdk:generate` begins with. The
 * gateway is built once more for it and never listens; nothing is asked of its parts, so there are none.
 */

import { writeFile } from 'node:fs/promises';
import fastifySwagger from '@fastify/swagger';
import type { Clock } from '#actors';
import type { GatewayParts } from './gateway.ts';
import { descriptionOptions } from './openapi.ts';
import { buildGateway } from './server.ts';
import { defaultSettings } from './settings.ts';

/** Takes every call, and does and answers nothing. */
const silent = (answers: Readonly<Record<string, () => unknown>> = {}): never =>
  // Only the calls that building makes are ever made, and these need no more than is answered.
  new Proxy({}, { get: (_target, name) => answers[String(name)] ?? (() => undefined) }) as never;

const clock: Clock = { now: () => 0, at: () => () => undefined };

const parts: GatewayParts = {
  system: silent({ supervise: () => Promise.resolve() }),
  lists: silent(),
  history: silent(),
  results: silent(),
  exporter: silent(),
  reports: silent(),
  keys: silent({ secret: () => Promise.resolve(Buffer.alloc(32)) }),
  gitObjects: silent(),
  jobRunner: silent(),
  idempotency: silent(),
  importSpool: silent(),
  claims: silent(),
  epoch: '',
  publications: { publish: () => undefined, subscribe: () => () => undefined, subscribeFamily: () => () => undefined },
  terminalFolder: null,
  probes: [],
  sharedBuckets: null,
  mail: silent(),
  nodes: silent(),
  clock,
  settings: defaultSettings,
  logger: null,
};

/** OpenAPI 3.1, as `/docs/openapi.json` serves it. */
export const describeRoutes = async (version: string): Promise<object> => {
  const { app, close } = await buildGateway(parts, {
    describe: async (described) => {
      await described.register(fastifySwagger, descriptionOptions(version));
    },
  });
  try {
    return app.swagger();
  } finally {
    await close();
  }
};

/** The same for the client, with each titled schema once, among the components. Its version is that of the paths: it changes with the API alone. */
export const describeApi = async (): Promise<object> => sharedSchemas(await describeRoutes('v1'));

type Json = null | string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

const sharedSchemas = (description: object): object => {
  const schemas = new Map<string, Json>();
  const share = (value: Json): Json => {
    if (typeof value !== 'object' || value === null) return value;
    if (isList(value)) return value.map(share);
    const own = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, share(inner)]));
    const { title } = own;
    // An example may have a title too, as a notification has; a schema also has properties.
    if (typeof title !== 'string' || own['type'] !== 'object' || own['properties'] === undefined) return own;
    const known = schemas.get(title);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(own))
      throw new Error(`Two schemas that differ have the title ${title}.`);
    schemas.set(title, own);
    return { $ref: `#/components/schemas/${title}` };
  };
  const plain = JSON.parse(JSON.stringify(description)) as { readonly [name: string]: Json }; // what it is on the wire
  const { components, ...rest } = share(plain) as { readonly [name: string]: Json }; // an object becomes one
  const sorted = [...schemas].sort(([one], [other]) => (one < other ? -1 : 1));
  return { ...rest, components: { ...(components as object), schemas: Object.fromEntries(sorted) } }; // as OpenAPI has it
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

if (import.meta.main) {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error('Name the file to write.');
  await writeFile(path, `${JSON.stringify(await describeApi(), null, 1)}\n`);
}
