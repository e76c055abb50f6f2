/** A client of a server that keeps its session as long as the test runs. */

import { createClient } from '#sdk';
import type { Client } from '#sdk';

export const clientAt = (baseUrl: string): Client => {
  let kept: string | null = null;
  return createClient({
    baseUrl,
    store: {
      read: () => kept,
      write: (refreshToken) => {
        kept = refreshToken;
      },
      exclusively: (action) => action(),
    },
  });
};
