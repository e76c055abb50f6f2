/** Registration, log-in, tokens and passwords. Their answers hold secrets: nothing of them is kept for a retry. */

import { Type } from 'typebox';
import { readResetToken, resetTokenHash, userKind } from '#actors';
import { logIn, refresh, userOfEmail } from '../auth/log-in.ts';
import { checkPassword, passwordLengthMax } from '../auth/passwords.ts';
import { readRefreshToken } from '../auth/refresh-tokens.ts';
import { ticketMs } from '../auth/tickets.ts';
import { ProblemError } from '../errors.ts';
import { answerOf, ask, change, principalOf } from '../gateway.ts';
import type { Gateway, Routes } from '../gateway.ts';
import { idFrom, newCommandId } from '../identifiers.ts';
import { commandIdOf } from '../idempotency.ts';
import { registrationOf } from '../registration.ts';
import { answers, closed, Nothing } from '../schemas/basics.ts';
import { DisplayName, Email, LoggedIn, User } from '../schemas/users.ts';
import { onWire } from '../wire.ts';

const tags = ['auth'];
const Password = Type.String({ minLength: 1, maxLength: passwordLengthMax });
const Token = Type.String({ minLength: 1, maxLength: 200 });
/** Each costs a hash: one counts as several requests of those who are not logged in. */
const hashWeight = 5;
const open = { public: true, idempotent: false } as const;

export const authRoutes: Routes = (app, gateway) => {
  const { settings } = gateway.parts;

  app.post(
    '/auth/register',
    {
      config: { ...open, weight: hashWeight },
      schema: {
        tags,
        summary: 'Make a user',
        body: closed({ email: Email, password: Password, displayName: DisplayName }),
        response: answers({ 201: Type.Object({ user: User }) }),
      },
    },
    async (request, reply) => {
      const { email, password, displayName } = request.body;
      if (registrationOf(gateway.parts) === 'closed') throw new ProblemError('registration-closed');
      checkPassword(password, { email, displayName, pointer: '/password' });
      const passwordHash = await gateway.passwords.hash(password);
      const id = idFrom(commandIdOf(request));
      const role = settings.registrationRole;
      const user = await change(gateway, request, userKind, id, {
        type: 'RegisterUser',
        email,
        displayName,
        passwordHash,
        role,
      });
      reply.code(201);
      return { user: onWire(user) };
    },
  );

  app.post(
    '/auth/login',
    {
      config: { ...open, weight: hashWeight },
      schema: {
        tags,
        summary: 'Log in',
        body: closed({ email: Email, password: Password }),
        response: answers({ 200: LoggedIn }),
      },
    },
    async (request) => await logIn(gateway, request, request.body),
  );

  app.post(
    '/auth/refresh',
    {
      config: open,
      schema: {
        tags,
        summary: 'Take a refresh token for new tokens',
        body: closed({ refreshToken: Token }),
        response: answers({ 200: LoggedIn }),
      },
    },
    async (request) => await refresh(gateway, request, request.body.refreshToken),
  );

  app.post(
    '/auth/logout',
    {
      config: { permission: 'profile:read', idempotent: false },
      schema: {
        tags,
        summary: 'End a session',
        description: 'The session of the access token, or that of a refresh token of the same user.',
        body: Type.Optional(closed({ refreshToken: Type.Optional(Token) })),
        response: answers({ 204: Nothing }),
      },
    },
    async (request, reply) => {
      const { userId, sessionId } = principalOf(request);
      const presented = request.body?.refreshToken;
      const named = presented === undefined ? { userId, sessionId } : readRefreshToken(presented);
      if (named === null || named.userId !== userId)
        throw new ProblemError('token-invalid', 'This is no refresh token of yours.');
      await change(gateway, request, userKind, userId, { type: 'CloseSession', sessionId: named.sessionId });
      gateway.revocations.revoke({ type: 'session', userId, sessionId: named.sessionId });
      return await reply.code(204).send();
    },
  );

  app.post(
    '/auth/ticket',
    {
      config: { permission: 'profile:read', idempotent: false },
      schema: {
        tags,
        summary: 'A ticket that opens one socket',
        response: answers({ 200: Type.Object({ ticket: Type.String(), expiresIn: Type.Integer() }) }),
      },
    },
    (request) => ({ ticket: gateway.tickets.issue(principalOf(request)), expiresIn: ticketMs / 1_000 }),
  );

  app.post(
    '/auth/password/change',
    {
      config: { permission: 'profile:write', idempotent: false, weight: hashWeight },
      schema: {
        tags,
        summary: 'Change the password',
        description: 'All other sessions end.',
        body: closed({ currentPassword: Password, newPassword: Password }),
        response: answers({ 204: Nothing }),
      },
    },
    async (request, reply) => {
      const { userId, sessionId } = principalOf(request);
      const { currentPassword, newPassword } = request.body;
      const { user, passwordHash, retryAt } = await ask(gateway, request, userKind, userId, { type: 'GetCredentials' });
      if (retryAt !== null) throw new ProblemError('login-locked');
      checkPassword(newPassword, { ...user, pointer: '/newPassword' });
      if (!(await gateway.passwords.matches(passwordHash, currentPassword))) {
        gateway.parts.system.tell(userKind, userId, { type: 'RecordFailedLogIn', ip: request.ip });
        throw new ProblemError('login-failed', 'The current password is another one.');
      }
      const newHash = await gateway.passwords.hash(newPassword);
      await change(gateway, request, userKind, userId, { type: 'ChangePassword', passwordHash: newHash, sessionId });
      gateway.revocations.revoke({ type: 'user', userId, exceptSessionId: sessionId });
      return await reply.code(204).send();
    },
  );

  app.post(
    '/auth/password/forgot',
    {
      config: { ...open, weight: hashWeight },
      schema: {
        tags,
        summary: 'Have a reset token mailed',
        description: 'The answer is the same whether somebody has the address or not.',
        body: closed({ email: Email }),
        response: answers({ 202: Type.Object({ accepted: Type.Literal(true) }) }),
      },
    },
    async (request, reply) => {
      await askForReset(gateway, request.id, request.body.email);
      reply.code(202);
      return { accepted: true };
    },
  );

  app.post(
    '/auth/password/reset',
    {
      config: { ...open, weight: hashWeight },
      schema: {
        tags,
        summary: 'Set a new password with a reset token',
        body: closed({ token: Token, newPassword: Password }),
        response: answers({ 204: Nothing }),
      },
    },
    async (request, reply) => {
      const { token, newPassword } = request.body;
      const owner = readResetToken(token);
      if (owner === null) throw new ProblemError('reset-invalid');
      const { userId } = owner;
      const answer = await answerOf(gateway, request, userKind, userId, { type: 'GetUser' });
      if (answer.type === 'refused') throw new ProblemError('reset-invalid');
      checkPassword(newPassword, { ...answer.reply, pointer: '/newPassword' });
      const passwordHash = await gateway.passwords.hash(newPassword);
      await change(gateway, request, userKind, userId, {
        type: 'ResetPassword',
        tokenHash: resetTokenHash(token),
        passwordHash,
      });
      gateway.revocations.revoke({ type: 'user', userId, exceptSessionId: null });
      return await reply.code(204).send();
    },
  );
};

/** Begun and not waited for, so that the time of the answer does not tell whether somebody has the address. */
const askForReset = async (gateway: Gateway, traceId: string, email: string): Promise<void> => {
  const userId = await userOfEmail(gateway, email);
  if (userId === null) return;
  const { clock, system } = gateway.parts;
  const options = { traceId, commandId: newCommandId(clock.now()) };
  const asked = system.ask(userKind, userId, { type: 'RequestPasswordReset' }, options);
  gateway.background.own(asked, 'A reset of a password could not be begun.');
};
