import { expect, test } from 'vitest';
import { natsAddress } from './nats-address.ts';

test('an address is a server, on the usual port where none is said', () => {
  expect(natsAddress('nats://nats.example.com')).toEqual({
    servers: ['nats.example.com:4222'],
    credentials: null,
    isEncrypted: false,
  });
  expect(natsAddress('nats://[::1]:4333').servers).toEqual(['[::1]:4333']);
});

test('name and password are told apart from the server, also where the password looks like a port', () => {
  expect(natsAddress('nats://xtrading:12ab@nats:4222')).toEqual({
    servers: ['nats:4222'],
    credentials: { user: 'xtrading', pass: '12ab' },
    isEncrypted: false,
  });
  expect(natsAddress('nats://x%40y:a%2Fb%3Ac@nats').credentials).toEqual({ user: 'x@y', pass: 'a/b:c' });
});

test('a name alone is a token', () => {
  expect(natsAddress('nats://s3cret@nats').credentials).toEqual({ token: 's3cret' });
});

test('of several addresses all are servers, and the first name is everybody’s', () => {
  expect(natsAddress('tls://one:4222, tls://user:password@two:4223')).toEqual({
    servers: ['one:4222', 'two:4223'],
    credentials: { user: 'user', pass: 'password' },
    isEncrypted: true,
  });
});
