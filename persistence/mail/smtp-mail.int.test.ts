import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { openSmtpMail } from './smtp-mail.ts';

interface Received {
  readonly to: readonly string[];
  readonly user: unknown;
  readonly text: string;
}

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** A mail server of this test; the password is `right`. */
const startServer = async () => {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: true,
    onAuth: ({ username, password }, _session, callback) => {
      if (password === 'right') callback(null, { user: username });
      else callback(new Error('Wrong password'));
    },
    onRcptTo: ({ address }, _session, callback) => {
      callback(address.startsWith('nobody') ? Object.assign(new Error('No such user'), { responseCode: 550 }) : null);
    },
    onData: (stream, session, callback) => {
      let content = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        content += chunk;
      });
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), user: session.user, text: content });
        callback();
      });
    },
  });
  server.on('error', () => {}); // a client that breaks off is what is tried
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  opened.push(() => server.close());
  return { received, port: (server.server.address() as AddressInfo).port };
};

const mail = (url: string) => {
  const smtp = openSmtpMail({ url, from: 'xtrading@example.org' });
  opened.push(() => void smtp.close());
  return smtp;
};
const message = { to: 'ann@example.org', subject: 'Your new password', text: 'The token:\nu1.abc' };

test('a mail server gets the mail, with the password of the address', async () => {
  const { received, port } = await startServer();
  await mail(`smtp://me:right@127.0.0.1:${port}`).send(message);
  expect(received).toMatchObject([{ to: ['ann@example.org'], user: 'me' }]);
  expect(received[0]?.text).toContain('From: xtrading@example.org');
  expect(received[0]?.text).toContain('u1.abc');
});

test('a password is given to no other machine without encryption', async () => {
  const { received, port } = await startServer();
  // This machine, by a name that does not say so.
  await expect(mail(`smtp://me:right@0.0.0.0:${port}`).send(message)).rejects.toMatchObject({ code: 'ETLS' });
  expect(received).toEqual([]);
});

test('what a server refuses, and one that is not there or never answers, is an outage in time', async () => {
  const { port } = await startServer();
  await expect(mail(`smtp://me:wrong@127.0.0.1:${port}`).send(message)).rejects.toMatchObject({ code: 'EAUTH' });
  await expect(mail(`smtp://127.0.0.1:${port}`).send({ ...message, to: 'nobody@example.org' })).rejects.toMatchObject({
    responseCode: 550,
  });
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port: silentPort } = silent.address() as AddressInfo;
  const asked = performance.now();
  const url = `smtp://127.0.0.1:${silentPort}`;
  await expect(mail(url).send(message)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  expect(performance.now() - asked).toBeLessThan(30_000);
  silent.close();
  await once(silent, 'close');
  await expect(mail(url).send(message)).rejects.toMatchObject({ code: 'ESOCKET' });
}, 60_000);
