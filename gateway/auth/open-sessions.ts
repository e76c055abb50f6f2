/** Whether sessions are still good, as the actors of their users say. */

import { userKind } from '#actors';
import type { ActorSystem } from '#actors';
import type { Principal } from '../permissions.ts';

export const isOpenBy =
  (system: Pick<ActorSystem, 'ask'>) =>
  async ({ userId, sessionId, role }: Principal): Promise<boolean> => {
    const answer = await system.ask(userKind, userId, { type: 'CheckSession', sessionId });
    return answer.type === 'replied' && answer.reply.isOpen && answer.reply.role === role;
  };
