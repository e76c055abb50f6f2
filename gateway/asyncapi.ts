/**
 * What the platform says by itself, as an AsyncAPI document: its events in JetStream, made from the schemas that they
 * are told by, and the channels of its sockets. `npm run events:describe` writes `docs/asyncapi.json`.
 */

import { writeFile } from 'node:fs/promises';
import { publicEnvelope, publicEventSchemas, publicSubjects } from '#actors';

interface SocketChannel {
  readonly address: string;
  readonly summary: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Of the sockets; what each snapshot and each publication is has the form of the REST API’s views. */
export const socketChannels: readonly SocketChannel[] = [
  { address: 'sys', summary: 'Every second, while the server hears of the market.', parameters: {} },
  {
    address: 'md:quote:{symbol}',
    summary: 'The newest quote of a symbol.',
    parameters: { symbol: 'A listed symbol.' },
  },
  { address: 'md:bar:{symbol}', summary: 'The bar in progress.', parameters: { symbol: 'A listed symbol.' } },
  {
    address: 'backtest:{backtestId}',
    summary: 'Status and progress of a backtest.',
    parameters: { backtestId: 'Of the user’s own.' },
  },
  {
    address: 'batch:{batchId}',
    summary: 'Status and progress of a batch.',
    parameters: { batchId: 'Of the user’s own.' },
  },
  {
    address: 'acct:{accountId}:orders',
    summary: 'Orders, fills and balance.',
    parameters: { accountId: 'Of the user’s own.' },
  },
  {
    address: 'deployment:{deploymentId}',
    summary: 'A strategy that runs live, and its signals.',
    parameters: { deploymentId: 'Of the user’s own.' },
  },
  { address: 'inbox:{userId}', summary: 'Messages to the user.', parameters: { userId: 'The user’s own id.' } },
];

type EventName = keyof typeof publicEventSchemas;

/** Each has one. */
const summaryOf = (name: EventName): string => String(Reflect.get(publicEventSchemas[name], 'description'));

type Entries = Readonly<Record<string, unknown>>;

/** AsyncAPI 3.0, as `/docs/asyncapi.json` serves it. */
export const describeEvents = (): object => {
  const names = Object.keys(publicEventSchemas) as readonly EventName[]; // exactly these
  const entriesOf = (entry: (name: EventName) => unknown): Entries =>
    Object.fromEntries(names.map((name) => [name, entry(name)]));
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'xTrading',
      version: 'v1',
      description:
        'Events in JetStream (stream XT_EVENTS) for consumers outside: at least once, each with an id to know it by, in the order of their shards. docs/events.md says how to read them. Beside them the channels of the sockets, which speak the Centrifuge protocol.',
    },
    defaultContentType: 'application/json',
    servers: {
      nats: { host: 'nats.example.com:4222', protocol: 'nats', description: 'NATS with JetStream, 2.9 or newer.' },
      sockets: {
        host: 'trading.example.com',
        protocol: 'wss',
        pathname: '/connection/websocket',
        description: 'The Centrifuge protocol in its JSON form.',
      },
    },
    channels: {
      ...entriesOf((name) => ({
        address: `${publicSubjects}.${name}.{owner}`,
        summary: summaryOf(name),
        servers: [{ $ref: '#/servers/nats' }],
        parameters: {
          owner: { description: 'The id of the user whose it is, or of the actor; what a subject can not have is _.' },
        },
        messages: { event: { $ref: `#/components/messages/${name}` } },
      })),
      ...Object.fromEntries(socketChannels.map((channel) => [keyOf(channel), socketChannel(channel)])),
    },
    operations: {
      ...entriesOf((name) => ({ action: 'send', channel: { $ref: `#/channels/${name}` } })),
    },
    components: {
      messages: {
        ...entriesOf((name) => ({
          name,
          summary: summaryOf(name),
          headers: {
            type: 'object',
            properties: { 'Nats-Msg-Id': { type: 'string', description: 'The same as the id in the payload.' } },
          },
          payload: {
            ...publicEnvelope,
            properties: { ...publicEnvelope.properties, type: { const: name }, data: publicEventSchemas[name] },
          },
        })),
        publication: {
          name: 'publication',
          summary: 'A snapshot when one subscribes, then what changes.',
          payload: { type: 'object' },
        },
      },
    },
  };
  // As it is on the wire: schemas carry more in memory.
  return JSON.parse(JSON.stringify(document)) as object;
};

/** `socket.acct.orders` */
const keyOf = ({ address }: SocketChannel): string =>
  ['socket', ...address.split(':').filter((part) => !part.startsWith('{'))].join('.');

const socketChannel = ({ address, summary, parameters }: SocketChannel) => ({
  address,
  summary,
  servers: [{ $ref: '#/servers/sockets' }],
  ...(Object.keys(parameters).length === 0
    ? {}
    : {
        parameters: Object.fromEntries(
          Object.entries(parameters).map(([name, description]) => [name, { description }]),
        ),
      }),
  messages: { publication: { $ref: '#/components/messages/publication' } },
});

if (import.meta.main) {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error('Name the file to write.');
  await writeFile(path, `${JSON.stringify(describeEvents(), null, 1)}\n`);
}
