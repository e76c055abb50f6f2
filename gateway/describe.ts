/**
 * The description of the API without a running server: what `npm run sdk:generate` begins with.
 * The gateway is built as ever and never listens; nothing is asked of its parts, so there are none.
 */

import { writeFile } from 'node:fs/promises';
import type { Clock } from '#actors';
import type { GatewayParts } from './gateway.ts';
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
  publications: silent({ subscribe: () => () => undefined, subscribeAll: () => () => undefined }),
  terminalFolder: null,
  probes: [],
  clock,
  // The version is that of the paths: the file changes with the API alone.
  settings: { ...defaultSettings, version: 'v1' },
  logger: null,
};

/** OpenAPI 3.1 as `/docs/openapi.json` serves it, but with each titled schema once, among the components. */
export const describeApi = async (): Promise<object> => {
  const { app, close } = await buildGateway(parts);
  try {
    return sharedSchemas(app.swagger());
  } finally {
    await close();
  }
};

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
