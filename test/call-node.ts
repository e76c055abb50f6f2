/** A request to a node of the whole program, and what it answers. */

export interface Caller {
  /** `http://127.0.0.1:8080`. */
  readonly address: string;
  readonly token?: string | undefined;
}

/** A text is sent as CSV, anything else as JSON. Rejects with what the node says where it refuses. */
export const callNode = async <T>(
  { address, token }: Caller,
  method: string,
  path: string,
  body?: unknown,
  prefer?: string,
): Promise<T> => {
  const isText = typeof body === 'string';
  const answer = await fetch(`${address}/api/v1/${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': isText ? 'text/csv' : 'application/json' }),
      ...(prefer === undefined ? {} : { prefer }),
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T; // the API's own tests hold it to its schemas
};
