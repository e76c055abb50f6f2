/** Logging in and staying logged in: from an e-mail address and a password, or a refresh token, to tokens. */

import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { emailKey, userKind } from '#actors';
import type { UserView } from '#actors';
import { answerOf, change, changeAnswer, refused } from '../gateway.ts';
import type { Gateway } from '../gateway.ts';
import { ProblemError } from '../errors.ts';
import { idFrom } from '../identifiers.ts';
import { permissionsOf } from '../permissions.ts';
import { onWire } from '../wire.ts';
import type { OnWire } from '../wire.ts';
import { accessTokenMs } from './access-tokens.ts';
import { hashOf, newRefreshToken, readRefreshToken, sessionMs } from './refresh-tokens.ts';

const userAgentLengthMax = 200;

interface LoggedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly user: OnWire<UserView>;
  readonly permissions: readonly string[];
}

/** Who has an e-mail address: null where nobody does. */
export const userOfEmail = async ({ parts }: Gateway, email: string): Promise<string | null> => {
  const address = await parts.claims.claimant({ scope: 'email', value: emailKey(email) });
  return address !== null && address.kind === userKind.name ? address.id : null;
};

/**
 * A wrong password and an address that nobody has take the same way and the same time: an actor is
 * asked either way, a hash is compared either way, and nothing is waited for afterwards.
 */
export const logIn = async (
  gateway: Gateway,
  request: FastifyRequest,
  given: { readonly email: string; readonly password: string },
): Promise<LoggedIn> => {
  const { parts, passwords } = gateway;
  const holder = await userOfEmail(gateway, given.email);
  const userId = holder ?? idFrom(`nobody ${emailKey(given.email)}`);
  const credentials = await answerOf(gateway, request, userKind, userId, { type: 'GetCredentials' });
  if (credentials.type === 'refused') {
    const address = emailKey(given.email);
    refuseLocked(gateway, gateway.guessedAddresses.retryAt(address));
    await passwords.matchesNobody(given.password);
    gateway.guessedAddresses.failed(address);
    throw new ProblemError('login-failed');
  }
  const { passwordHash, retryAt } = credentials.reply;
  refuseLocked(gateway, retryAt);
  if (!(await passwords.matches(passwordHash, given.password))) {
    parts.system.tell(userKind, userId, { type: 'RecordFailedLogIn', ip: request.ip });
    throw new ProblemError('login-failed');
  }
  const rehashed = await passwords.rehashed(passwordHash, given.password);
  return await openSession(gateway, request, userId, rehashed);
};

const refuseLocked = ({ parts }: Gateway, retryAt: number | null): void => {
  if (retryAt === null) return;
  throw new ProblemError('login-locked', undefined, {
    retryAfterSeconds: (retryAt - parts.clock.now()) / 1_000,
    remedy: 'Wait, or have an administrator unlock you.',
  });
};

const openSession = async (
  gateway: Gateway,
  request: FastifyRequest,
  userId: string,
  rehashed: string | null,
): Promise<LoggedIn> => {
  const sessionId = randomBytes(9).toString('base64url');
  const refreshToken = newRefreshToken({ userId, sessionId });
  const { user } = await change(gateway, request, userKind, userId, {
    type: 'OpenSession',
    sessionId,
    refreshHash: hashOf(refreshToken),
    expiresAt: gateway.parts.clock.now() + sessionMs,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, userAgentLengthMax),
    ip: request.ip,
    ...(rehashed === null ? {} : { rehashed }),
  });
  return await loggedIn(gateway, user, sessionId, refreshToken);
};

/** Takes a refresh token for the next one. */
export const refresh = async (gateway: Gateway, request: FastifyRequest, presented: string): Promise<LoggedIn> => {
  const owner = readRefreshToken(presented);
  if (owner === null) throw notARefreshToken();
  const { userId, sessionId } = owner;
  const next = newRefreshToken(owner);
  const answer = await changeAnswer(gateway, request, userKind, userId, {
    type: 'RotateRefresh',
    sessionId,
    presentedHash: hashOf(presented),
    nextHash: hashOf(next),
    expiresAt: gateway.parts.clock.now() + sessionMs,
    ip: request.ip,
  });
  if (answer.type === 'replied') return await loggedIn(gateway, answer.reply.user, sessionId, next);
  const { code } = answer.refusal;
  if (code === 'refresh-reused') gateway.revocations.revoke({ type: 'session', userId, sessionId });
  // A session that has ended and a user who never was are the same to whoever presents a token.
  throw code === 'session-unknown' || code === 'user-unknown' ? notARefreshToken() : refused(answer.refusal);
};

const notARefreshToken = (): ProblemError =>
  new ProblemError('token-invalid', 'The refresh token is not valid, or not any more.', { remedy: 'Log in again.' });

const loggedIn = async (
  gateway: Gateway,
  user: UserView,
  sessionId: string,
  refreshToken: string,
): Promise<LoggedIn> => ({
  accessToken: await gateway.tokens.issue({ userId: user.id, role: user.role, sessionId }),
  refreshToken,
  expiresIn: accessTokenMs / 1_000,
  user: onWire(user),
  permissions: [...permissionsOf(user.role)],
});
