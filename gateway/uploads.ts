/** Bodies that are files: taken as a stream, unpacked as they come. */

import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** The content of a body, unpacked where it is gzip: told by its first two bytes, whatever the headers say. */
export const contentOf = async (body: Readable): Promise<Readable> => {
  const head = await firstBytes(body);
  if (head === null) return body;
  body.unshift(head);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return body;
  // Failures of either are those of the stream that is read.
  return pipeline(body, createGunzip(), () => undefined);
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
