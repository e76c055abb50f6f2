/** Sends a file of prices, telling how far it is: `fetch` does not say, XMLHttpRequest does. */

import type { Import, Problem } from '#sdk';
import { ApiProblem, Unreachable } from '#sdk';
import { client } from '../session/session.ts';

export interface UploadRequest {
  readonly file: File;
  readonly symbol: string;
  /** null: told from the times. */
  readonly interval: '1m' | '1d' | null;
  readonly skipBad: boolean;
  /** From 0 to 1. */
  readonly onProgress: (share: number) => void;
}

export const upload = async ({ file, symbol, interval, skipBad, onProgress }: UploadRequest): Promise<Import> => {
  const url = client.data.upload({ symbol, skipBad, fileName: file.name, ...(interval === null ? {} : { interval }) });
  const token = await client.session.accessToken();
  return await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total));
    request.addEventListener('error', () => reject(new Unreachable(new Error('The upload broke off.'))));
    request.addEventListener('load', () => {
      const isProblem = request.status >= 400;
      try {
        const body: unknown = JSON.parse(request.responseText);
        if (isProblem) reject(new ApiProblem(body as Problem)); // as the API describes its answers
        else resolve(body as Import);
      } catch (error) {
        reject(new Unreachable(error)); // a proxy's page
      }
    });
    request.send(file);
  });
};
