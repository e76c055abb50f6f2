/** What `NATS_URL` says, in the form that the client takes it: it reads no names and passwords out of addresses. */

export interface NatsAddress {
  /** `host:4222`. */
  readonly servers: readonly string[];
  /** Those of the first address that has some; a name without a password is a token. */
  readonly credentials: { readonly user: string; readonly pass: string } | { readonly token: string } | null;
  /** Whether one of the addresses begins with `tls:`: then no connection is left in the clear. */
  readonly isEncrypted: boolean;
}

const portUsual = '4222';

/** From one address, or several of one NATS cluster, separated by commas; throws a TypeError at one that is none. */
export const natsAddress = (text: string): NatsAddress => {
  const urls = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => new URL(one));
  const named = urls.find(({ username }) => username !== '');
  return {
    servers: urls.map(({ hostname, port }) => `${hostname}:${port === '' ? portUsual : port}`),
    credentials: named === undefined ? null : credentialsOf(named),
    isEncrypted: urls.some(({ protocol }) => protocol === 'tls:'),
  };
};

const credentialsOf = ({ username, password }: URL): NatsAddress['credentials'] =>
  password === ''
    ? { token: decodeURIComponent(username) }
    : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
