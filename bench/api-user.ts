/** Somebody who uses a running platform over its API: what benchmarks of the whole program are driven by. */

export interface ApiUser {
  /** Throws for answers that are none of success. */
  request<T>(method: string, path: string, body?: unknown, prefer?: string): Promise<T>;
}

export const signUp = async (address: string, name: string): Promise<ApiUser> => {
  const credentials = { email: `${name}@example.com`, password: 'correct horse battery' };
  const asNobody = userWith(address, null);
  await asNobody.request('POST', 'auth/register', { ...credentials, displayName: name });
  const { accessToken } = await asNobody.request<{ readonly accessToken: string }>('POST', 'auth/login', credentials);
  return userWith(address, accessToken);
};

const userWith = (address: string, token: string | null): ApiUser => ({
  async request<T>(method: string, path: string, body?: unknown, prefer?: string): Promise<T> {
    const isText = typeof body === 'string';
    const answer = await fetch(`${address}/api/v1/${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': isText ? 'text/csv' : 'application/json' }),
        ...(prefer === undefined ? {} : { prefer }),
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T; // the API's own tests hold it to its schemas
  },
});
