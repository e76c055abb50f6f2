/**
 * What HTTP costs without us, in a process of its own: fastify that answers with one text, read from its
 * standard input, after one turn of the event loop. Prints its port.
 */

import { json } from 'node:stream/consumers';
import { fastify } from 'fastify';

const payload: unknown = await json(process.stdin);
const app = fastify();
app.get('/', async () => {
  await new Promise((resolve) => setImmediate(resolve));
  return payload;
});
const address = await app.listen({ host: '127.0.0.1', port: 0 });
console.log(address);
