/** The end of a running platform that a part of it has brought about. */

import { wholeMessage } from '#kernel';

export class PlatformFailure extends Error {
  override readonly name = 'PlatformFailure';
  readonly code = 'platform-failed';
  readonly remedy = 'See to what is named here, of which the log tells more; then start the platform again.';

  /** `cause`: what has come out of the tree of supervisors. */
  constructor(cause: Error) {
    super(`The platform can not go on. ${wholeMessage(cause)}`, { cause });
  }
}
