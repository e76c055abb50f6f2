/** How the command ends, so that scripts can tell what happened. Listed in `xtrading --help`. */

export const exitCode = {
  done: 0,
  /** The strategy failed: its own exception, a mistake in its code, or a limit it ran into. */
  strategyFailed: 1,
  /** The command line was wrong. */
  usage: 2,
  /** A data, tape or settings file could not be read or doesn't fit, or a server refused what was asked. */
  badInput: 3,
  /** A part of the running platform failed for good, and it stopped in order: whatever watches it starts it again. */
  platformFailed: 69,
  /** A defect of xTrading itself. */
  defect: 70,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
