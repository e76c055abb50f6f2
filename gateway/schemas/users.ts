/** What the API shows of users. */

import { Type } from 'typebox';
import { roles } from '#actors';
import { choice, Instant, nullable } from './basics.ts';

export const Email = Type.String({ format: 'email', minLength: 3, maxLength: 254, examples: ['ada@example.org'] });
export const DisplayName = Type.String({ minLength: 1, maxLength: 80, pattern: String.raw`^[^\p{Cc}]*\S[^\p{Cc}]*$` });
export const RoleName = choice(roles);
export const TimeZone = Type.String({ minLength: 1, maxLength: 60, description: 'IANA', examples: ['Europe/Berlin'] });

export const User = Type.Object(
  {
    id: Type.String(),
    email: Type.String(),
    displayName: Type.String(),
    role: RoleName,
    status: choice(['active', 'disabled']),
    lockedUntil: nullable(Instant),
    locale: choice(['en', 'zh']),
    timeZone: Type.String(),
    createdAt: Instant,
    version: Type.Integer({ description: 'The ETag of the profile.' }),
  },
  { title: 'User' },
);

export const Session = Type.Object(
  {
    id: Type.String(),
    openedAt: Instant,
    lastSeenAt: Instant,
    expiresAt: Instant,
    userAgent: Type.String(),
    ip: Type.String(),
    current: Type.Boolean({ description: 'The one that asks.' }),
  },
  { title: 'Session' },
);

const Counts = Type.Record(Type.String(), Type.Integer());

export const Profile = Type.Object(
  {
    ...User.properties,
    statistics: Type.Object({
      backtests: Counts,
      strategies: Counts,
      orders: Counts,
      fills: Type.Integer(),
    }),
  },
  { title: 'Profile' },
);

export const LoggedIn = Type.Object(
  {
    accessToken: Type.String(),
    refreshToken: Type.String(),
    expiresIn: Type.Integer({ description: 'Seconds that the access token is good for.' }),
    user: User,
    permissions: Type.Array(Type.String()),
  },
  { title: 'LoggedIn' },
);
