/** The other process of the benchmark `remote`: answers asks of a node, and raw requests of NATS. */

// oxlint-disable-next-line eslint/no-restricted-imports -- the reference that is measured against
import { connect } from '@nats-io/transport-node';
import { openNats } from '#cluster';
import { rawSubject } from './remote-subject.ts';
import { startRemoteNode } from './remote-node.ts';

const [, , url = ''] = process.argv;
const connection = await connect({ servers: url });
connection.subscribe(rawSubject, {
  callback: (_error, message) => {
    // What the request is made of on the other side.
    const { number } = JSON.parse(message.string()) as { readonly number: number };
    message.respond(JSON.stringify({ reply: number * 2 }));
  },
});
await connection.flush();
await startRemoteNode('answerer', await openNats({ url, name: 'answerer' }));
process.send?.('ready');
