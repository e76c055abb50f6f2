/** `xtrading start`: the whole platform in one process, until Ctrl-C. */

import { createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { systemClock, untilAborted } from '#kernel';
import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import type { Command, CommandContext } from '../main.ts';
import { forgetPassword, openDataFolder } from '../platform/data-folder.ts';
import { openLog } from '../platform/log.ts';
import { openDatabases } from '../platform/opening-databases.ts';
import type { Platform } from '../platform/platform.ts';
import { readPlatformSettings } from '../platform/platform-settings.ts';
import type { PlatformSettings } from '../platform/platform-settings.ts';
import { portFailure } from '../platform/port-failure.ts';
import { openSteps } from '../platform/steps.ts';

const declaration: CommandDeclaration = {
  name: 'start',
  usage: ['start'],
  summary: 'Starts the platform: databases, actors, runners, feeds, the API and the terminal.',
  options: {
    plain: { group: 'Output', help: 'No colours.' },
    quiet: { group: 'Output', help: 'Say nothing but errors.' },
  },
  examples: [
    ['xtrading start', 'on port 8080, with its data in ./.data'],
    ['PORT=9000 XTRADING_DATA=/srv/xtrading xtrading start', 'elsewhere'],
  ],
  notes: ['What can be set, and where each value comes from: xtrading config. Ctrl-C stops it in order.'],
};

export const startCommand: Command = {
  declaration,
  async run(_given, context) {
    const { terminal, environment, signal } = context;
    const settings = readPlatformSettings(environment);
    const { default: manifest } = await import('#package', { with: { type: 'json' } });
    const startedAt = performance.now();
    const start = async (): Promise<Platform> => {
      // Told at once, not after the databases have been made.
      await tryPort(settings);
      const folder = await openDataFolder(settings.dataFolder);
      const log = openLog(settings.logLevel);
      const onStep = (text: string): void => terminal.status(`… ${text}`);
      const steps = openSteps({ log, onStep, signal, clock: systemClock });
      onStep('opening the databases');
      const databases = openDatabases({ settings, folder, steps });
      await databases.underWay;
      const { startPlatform } = await loadPlatform();
      return await startPlatform({ settings, log, version: manifest.version, onStep, steps, folder, databases });
    };
    const run = async (platform: Platform): Promise<void> => {
      terminal.status('');
      terminal.print(banner(platform, context, performance.now() - startedAt));
      if (platform.administrator !== null) await forgetPassword(await openDataFolder(settings.dataFolder));
      await Promise.race([untilAborted(signal), platform.failed]);
    };
    for (;;) {
      const platform = await start().catch((error: unknown) => {
        endSoon();
        throw portFailure(error, settings, { port: 'set PORT', host: 'XTRADING_HOST' });
      });
      const failure = await failureOf(run(platform));
      // A node that was frozen, or cut off, for longer than its lease has nothing left, and comes back as another.
      const joinsAgain = settings.natsUrl !== null && !signal.aborted && isLeaseLost(failure?.error);
      terminal.note(
        joinsAgain
          ? 'The other nodes have taken over what this one had: it joins them again.'
          : 'Stopping: finishing what is under way.',
      );
      const stopFailure = await failureOf(platform.stop());
      if (joinsAgain) continue;
      endSoon();
      // Why it had to stop says more than what did not go well then.
      const told = failure ?? stopFailure;
      if (told !== null) throw told.error;
      return exitCode.done;
    }
  },
};

const failureOf = (work: Promise<void>): Promise<{ readonly error: unknown } | null> =>
  work.then(
    () => null,
    (error: unknown) => ({ error }),
  );

/** By itself, or at the bottom of what supervisors made of it. */
const isLeaseLost = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === 'lease-lost') || isLeaseLost(error.cause));

/** For what has been left behind, because it hangs: it must not keep the process. */
const endMsMax = 3_000;

/** Ends the process, with the exit code that it has by then, where something is still at work in it. */
const endSoon = (): void => {
  setTimeout(() => process.exit(), endMsMax).unref();
};

/** All the rest of the program, while the databases are opened; room by room, so that they get their turns in between. */
const loadPlatform = async () => {
  for (const load of [() => import('#gateway'), () => import('#sandbox')]) {
    await load();
    await setImmediate();
  }
  return await import('../platform/platform.ts');
};

const banner = ({ address, administrator }: Platform, { terminal }: CommandContext, ms: number): string => {
  const { style } = terminal;
  const lines = [
    '',
    `  ${style('bold', 'xTrading')} is running at ${style('cyan', address)}  (${(ms / 1_000).toFixed(1)} s)`,
    '',
    `  Terminal   ${address}/`,
    `  API        ${address}/docs`,
  ];
  if (administrator !== null) {
    lines.push('', `  Sign in    ${style('bold', administrator.email)}`);
    lines.push(
      administrator.password === null
        ? '  Password   as set by XTRADING_ADMIN_PASSWORD'
        : `  Password   ${style('bold', administrator.password)}   shown this once: keep it`,
    );
  }
  lines.push('', '  Ctrl-C stops it.', '');
  return lines.join('\n');
};

/** Rejects with Node's error when the port can't be opened now. */
const tryPort = ({ port, host }: PlatformSettings): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
