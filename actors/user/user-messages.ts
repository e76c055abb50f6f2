/** What a user is told and answers: accounts of people, their sessions, roles and profile. */

import type { Command, Refusal } from '#kernel';

export const roles = ['viewer', 'trader', 'quant', 'admin'] as const;
export type Role = (typeof roles)[number];

/** A user as others see it: no secrets. */
export interface UserView {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly role: Role;
  readonly status: 'active' | 'disabled';
  /** Milliseconds UTC until which log-ins are refused after too many wrong passwords; null when they are not. */
  readonly lockedUntil: number | null;
  readonly locale: 'en' | 'zh';
  /** An IANA zone, for what is shown to the person. */
  readonly timeZone: string;
  readonly createdAt: number;
  /** Changes of profile, role and status so far: the ETag. Log-ins do not count, for they would break a save under way. */
  readonly version: number;
}

/** A refresh family: one log-in on one device. */
export interface SessionView {
  readonly id: string;
  readonly openedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly userAgent: string;
  readonly ip: string;
}

export interface RegisterUser extends Command<UserView> {
  readonly type: 'RegisterUser';
  /** As given; compared without case. Claimed: one user an address. */
  readonly email: string;
  readonly displayName: string;
  /** argon2id, in its own text form. */
  readonly passwordHash: string;
  readonly role: Role;
}

export interface GetUser extends Command<UserView> {
  readonly type: 'GetUser';
}

/** For the gateway alone, which compares passwords: hashing is slow and belongs outside of actors. */
export interface GetCredentials extends Command<{
  readonly user: UserView;
  readonly passwordHash: string;
  /** null: may try now. */
  readonly retryAt: number | null;
}> {
  readonly type: 'GetCredentials';
}

export interface RecordFailedLogIn extends Command<{ readonly lockedUntil: number | null }> {
  readonly type: 'RecordFailedLogIn';
  readonly ip: string;
}

export interface OpenSession extends Command<{ readonly user: UserView; readonly session: SessionView }> {
  readonly type: 'OpenSession';
  readonly sessionId: string;
  /** SHA-256 of the refresh token, hex. */
  readonly refreshHash: string;
  readonly expiresAt: number;
  readonly userAgent: string;
  readonly ip: string;
  /** The password's hash in today's parameters, where the stored one has older ones. */
  readonly rehashed?: string;
}

/** Takes a refresh token once. Reuse of an older one revokes the family; the one just before is good for ten seconds more. */
export interface RotateRefresh extends Command<{ readonly user: UserView; readonly session: SessionView }> {
  readonly type: 'RotateRefresh';
  readonly sessionId: string;
  readonly presentedHash: string;
  readonly nextHash: string;
  readonly expiresAt: number;
  readonly ip: string;
}

export interface CloseSession extends Command<null> {
  readonly type: 'CloseSession';
  readonly sessionId: string;
}

/** All sessions, or all but one. */
export interface RevokeSessions extends Command<{ readonly revoked: number }> {
  readonly type: 'RevokeSessions';
  readonly except?: string;
}

/** For a gateway that has not seen a token of the session before: whether it is still good, and for what. */
export interface CheckSession extends Command<{ readonly isOpen: boolean; readonly role: Role }> {
  readonly type: 'CheckSession';
  readonly sessionId: string;
}

export interface ListSessions extends Command<readonly SessionView[]> {
  readonly type: 'ListSessions';
}

/** Closes all other sessions. The gateway has compared the old password. */
export interface ChangePassword extends Command<null> {
  readonly type: 'ChangePassword';
  readonly passwordHash: string;
  /** The session that stays open. */
  readonly sessionId: string | null;
}

/** Has a token for a new password mailed; answered before it is. */
export interface RequestPasswordReset extends Command<null> {
  readonly type: 'RequestPasswordReset';
}

/** From the task that makes tokens. Never stored: only the token's hash is. */
export interface ResetTokenMade extends Command<null> {
  readonly type: 'ResetTokenMade';
  readonly token: string;
}

/** From the task that mails them. */
export interface ResetMailSent extends Command<null> {
  readonly type: 'ResetMailSent';
  readonly tokenHash: string;
}

/** From the timer: the attempt of that number has had its time. */
export interface SendResetAgain extends Command<null> {
  readonly type: 'SendResetAgain';
  readonly after: number;
}

export interface ResetPassword extends Command<null> {
  readonly type: 'ResetPassword';
  readonly tokenHash: string;
  readonly passwordHash: string;
}

export interface UpdateProfile extends Command<UserView> {
  readonly type: 'UpdateProfile';
  /** The version that the change was made on. */
  readonly expectedVersion: number;
  readonly displayName?: string;
  readonly locale?: 'en' | 'zh';
  readonly timeZone?: string;
}

export interface ChangeRole extends Command<UserView> {
  readonly type: 'ChangeRole';
  readonly role: Role;
  /** The administrator. */
  readonly by: string;
}

export interface DisableUser extends Command<UserView> {
  readonly type: 'DisableUser';
  readonly by: string;
}

export interface EnableUser extends Command<UserView> {
  readonly type: 'EnableUser';
  readonly by: string;
}

export interface UnlockUser extends Command<UserView> {
  readonly type: 'UnlockUser';
  readonly by: string;
}

export type UserCommand =
  | RegisterUser
  | GetUser
  | GetCredentials
  | RecordFailedLogIn
  | OpenSession
  | RotateRefresh
  | CloseSession
  | RevokeSessions
  | CheckSession
  | ListSessions
  | ChangePassword
  | RequestPasswordReset
  | ResetTokenMade
  | ResetMailSent
  | SendResetAgain
  | ResetPassword
  | UpdateProfile
  | ChangeRole
  | DisableUser
  | EnableUser
  | UnlockUser;

export interface UserRefusal extends Refusal {
  readonly code:
    | 'user-unknown'
    | 'user-exists'
    | 'email-taken'
    | 'user-disabled'
    | 'login-locked'
    | 'session-unknown'
    | 'refresh-reused'
    | 'reset-invalid'
    | 'version-conflict'
    | 'last-admin';
}
