/** Bodies that are files: taken as a stream, unpacked as they come. */

import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * The content of a body, unpacked where it is gzip: told by its first two bytes, whatever the headers
 * say. Whoever stops reading leaves the body as it is, for an answer has yet to go out over its socket.
 */
export const contentOf = async (body: Readable): Promise<AsyncIterable<Uint8Array>> => {
  const head = await firstBytes(body);
  const rest = body.iterator({ destroyOnReturn: false });
  if (head === null) return rest;
  body.unshift(head);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return rest;
  const unpacked = createGunzip();
  body.on('error', (error) => unpacked.destroy(error));
  return body.pipe(unpacked);
};

/** At least two bytes, where there are so many; null: the body is empty. */
const firstBytes = async (body: Readable): Promise<Buffer | null> =>
  await new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      body.off('readable', look).off('end', look).off('error', fail);
      settle();
    };
    const fail = (error: Error): void => end(() => reject(error));
    const look = (): void => {
      const chunk = body.read(2) as Buffer | null; // Bytes, for nobody has set an encoding.
      if (chunk !== null) end(() => resolve(chunk));
      else if (body.readableEnded) end(() => resolve(null));
    };
    body.on('readable', look).on('end', look).on('error', fail);
    look();
  });
