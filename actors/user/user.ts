/** A user: an account of a person, its sessions, role and profile. Its id stands before the dot in the ids of what it owns. */

import type { ActorKind } from '#kernel';
import type { RetriedMail } from '#ports';
import { changeRole, disableUser, enableUser, unlockUser } from './administration.ts';
import { getCredentials, recordFailedLogIn } from './lock-out.ts';
import { changePassword } from './password.ts';
import {
  requestPasswordReset,
  resetMailSent,
  resetPassword,
  resetTasks,
  resetTokenMade,
  sendResetAgain,
} from './password-reset.ts';
import { getUser, registerUser, updateProfile } from './profile.ts';
import { checkSession, closeSession, listSessions, openSession, revokeSessions, rotateRefresh } from './sessions.ts';
import { evolveUser, userSecrets } from './user-state.ts';
import type { UserEvent, UserState } from './user-state.ts';
import type { UserCommand, UserRefusal } from './user-messages.ts';

export const userKind: ActorKind<UserCommand, UserState, UserEvent, UserRefusal> = {
  name: 'user',
  durability: 'journal',
  initialState: () => ({ status: 'absent' }),
  decide: {
    RegisterUser: registerUser,
    GetUser: getUser,
    GetCredentials: getCredentials,
    RecordFailedLogIn: recordFailedLogIn,
    OpenSession: openSession,
    RotateRefresh: rotateRefresh,
    CloseSession: closeSession,
    RevokeSessions: revokeSessions,
    CheckSession: checkSession,
    ListSessions: listSessions,
    ChangePassword: changePassword,
    RequestPasswordReset: requestPasswordReset,
    ResetTokenMade: resetTokenMade,
    ResetMailSent: resetMailSent,
    SendResetAgain: sendResetAgain,
    ResetPassword: resetPassword,
    UpdateProfile: updateProfile,
    ChangeRole: changeRole,
    DisableUser: disableUser,
    EnableUser: enableUser,
    UnlockUser: unlockUser,
  },
  eventTypes: {
    UserRegistered: true,
    LogInFailed: true,
    SessionOpened: true,
    PasswordRehashed: true,
    RefreshRotated: true,
    RefreshReused: true,
    SessionsClosed: true,
    PasswordChanged: true,
    PasswordResetRequested: true,
    ResetMailBegun: true,
    ResetMailSent: true,
    ResetMailGivenUp: true,
    PasswordWasReset: true,
    ProfileUpdated: true,
    RoleChanged: true,
    UserDisabled: true,
    UserEnabled: true,
    UserUnlocked: true,
  },
  evolve: evolveUser,
  // Not for people: gateways close the sockets and forget the access tokens of what is named here.
  publish: (event, id) => {
    const channel = `user:${id}`;
    if (event.type === 'SessionsClosed')
      return [{ channel, data: { type: 'sessions-closed', sessionIds: event.sessionIds, reason: event.reason } }];
    if (event.type === 'RoleChanged') return [{ channel, data: { type: 'role-changed', role: event.role } }];
    return [];
  },
  snapshot: { schema: 1, everyEvents: 100 },
  secrets: userSecrets,
};

/** The kind as it runs, with what takes its mail. */
export const userKindWith = (mail: RetriedMail): typeof userKind => ({ ...userKind, tasks: resetTasks(mail) });
