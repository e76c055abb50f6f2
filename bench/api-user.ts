/** Somebody who uses a running platform over its API: what benchmarks of the whole program are driven by. */

import { callNode } from '#test/call-node';

export interface ApiUser {
  /** Throws for answers that are none of success. */
  request<T>(method: string, path: string, body?: unknown, prefer?: string): Promise<T>;
}

export const signUp = async (address: string, name: string): Promise<ApiUser> => {
  const credentials = { email: `${name}@example.com`, password: 'correct horse battery' };
  const asNobody = userWith(address);
  await asNobody.request('POST', 'auth/register', { ...credentials, displayName: name });
  const { accessToken } = await asNobody.request<{ readonly accessToken: string }>('POST', 'auth/login', credentials);
  return userWith(address, accessToken);
};

const userWith = (address: string, token?: string): ApiUser => ({
  request: (method, path, body, prefer) => callNode({ address, token }, method, path, body, prefer),
});
