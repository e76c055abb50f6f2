/**
 * Starts a runner's process with as little around it as the system lets us take away: environment,
 * files, network, user, kernel limits. Isolation never depends on any single one of these; what a
 * system can't do is left out and can be read from {@link SandboxAbilities}.
 */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { mappedOverheadBytes, runnerCpuSecondsMax } from './limits.ts';
import type { RunnerImage } from './runner-image.ts';

/** What keeps a runner in, beyond its isolate, its own process and the parent's watch over it. */
export interface SandboxAbilities {
  /** Node's permission model: no files but the runner's own, no child processes, no workers. */
  readonly permissions: boolean;
  /** A network namespace of its own, without any interface. */
  readonly noNetwork: boolean;
  /** Runs as a user without any rights. */
  readonly otherUser: boolean;
  /** The kernel bounds memory, processor time and files written. */
  readonly kernelLimits: boolean;
  /** Dies with its parent, however that dies. */
  readonly diesWithParent: boolean;
}

/** Ways to start a runner, best first; the first that a system can do is used from then on. */
const ladder: readonly SandboxAbilities[] = [
  { permissions: true, noNetwork: true, otherUser: true, kernelLimits: true, diesWithParent: true },
  { permissions: true, noNetwork: true, otherUser: false, kernelLimits: true, diesWithParent: true },
  { permissions: true, noNetwork: false, otherUser: false, kernelLimits: true, diesWithParent: true },
  { permissions: true, noNetwork: false, otherUser: false, kernelLimits: true, diesWithParent: false },
  { permissions: true, noNetwork: false, otherUser: false, kernelLimits: false, diesWithParent: false },
];

/** The way in which a runner last started; all later ones start the same way. */
let proven: SandboxAbilities | null = null;

/** The ways to try, best first: those that this system seems to offer, or the one that is proven. */
export const launchPlans = (image: RunnerImage): readonly SandboxAbilities[] => {
  if (proven !== null) return [proven];
  const everybodyReads = [process.execPath, image.processFile, addonFile()].every(isReadableByAll);
  return ladder.filter((plan) => isPossible(plan) && (everybodyReads || !plan.otherUser));
};

/** A runner has started by this plan. */
export const planWorked = (plan: SandboxAbilities): void => {
  proven ??= plan;
};

const isRoot = process.getuid?.() === 0;
/** The user id that systems keep for nobody. */
const nobody = 65_534;

const isPossible = (plan: SandboxAbilities): boolean => {
  if (process.platform !== 'linux') return !plan.noNetwork && !plan.kernelLimits && !plan.otherUser;
  if (plan.otherUser && !isRoot) return false;
  if (plan.noNetwork && program('unshare') === null) return false;
  if ((plan.otherUser || plan.diesWithParent) && program('setpriv') === null) return false;
  return !plan.kernelLimits || program('prlimit') !== null;
};

/** Where systems keep such programs; not the PATH, which belongs to the user. */
const systemFolders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/run/current-system/sw/bin'];

/** True when no folder on the way to a file is closed to others: homes usually are. */
const isReadableByAll = (file: string): boolean => {
  const othersRead = 0o004;
  const othersPass = 0o001;
  if ((statSync(file).mode & othersRead) === 0) return false;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & othersPass) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};

const programs = new Map<string, string | null>();

const program = (name: string): string | null => {
  let found = programs.get(name);
  if (found === undefined) {
    found = systemFolders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
    programs.set(name, found);
  }
  return found;
};

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not for us: the ability is left out
  }
};

export interface LaunchOptions {
  readonly image: RunnerImage;
  readonly plan: SandboxAbilities;
  /** Resident memory at which the parent kills, in bytes: what the strategy and its price data may need. */
  readonly memoryBytes: number;
}

/**
 * Room for young objects in MiB. A full run's orders, fills and trades live to its end: with the usual
 * 16 they are copied several times on the way, a tenth of the time of a run that trades much.
 */
const youngMiB = 64;

/**
 * How much code of callees the compiler may take into a caller, in bytes of bytecode; usually 920 in
 * all. An order passes some thirty small functions: in one piece of code their numbers stay in registers
 * and the objects between them are never made, a sixth of the time of a run that trades much.
 */
const inlinedBytes = 3_000;
const inlinedBytesOfOne = 900;

/** What the engine runs under in a runner; a benchmark that compares gives itself the same. */
export const engineFlags: readonly string[] = [
  `--max-semi-space-size=${youngMiB}`,
  `--max-inlined-bytecode-size-cumulative=${inlinedBytes}`,
  `--max-inlined-bytecode-size=${inlinedBytesOfOne}`,
];

/** The process, with its socket as the fourth of `stdio`. */
export const launch = ({ image, plan, memoryBytes }: LaunchOptions): ChildProcess => {
  const node = [
    process.execPath,
    '--no-node-snapshot',
    ...engineFlags,
    '--no-warnings',
    `--max-old-space-size=${Math.ceil(memoryBytes / 2 ** 20)}`,
    ...(plan.permissions
      ? [
          '--permission',
          '--allow-addons',
          ...[...image.readable, dirname(addonFile())].map((path) => `--allow-fs-read=${path}`),
        ]
      : []),
    image.processFile,
  ];
  const [command = process.execPath, ...args] = [...wrappers(plan, memoryBytes), ...node];
  return spawn(command, args, {
    cwd: '/',
    env: { TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
};

/** Programs that each take something away and then become the next: the process id stays. */
const wrappers = (plan: SandboxAbilities, memoryBytes: number): string[] => {
  const words: string[] = [];
  if (plan.noNetwork) {
    words.push(program('unshare') ?? '', '--net', ...(isRoot ? [] : ['--user', '--map-current-user']), '--');
  }
  if (plan.otherUser || plan.diesWithParent) {
    words.push(program('setpriv') ?? '');
    if (plan.otherUser)
      words.push(`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--bounding-set=-all', '--inh-caps=-all');
    words.push('--no-new-privs', ...(plan.diesWithParent ? ['--pdeathsig=KILL'] : []), '--');
  }
  if (plan.kernelLimits) {
    const data = memoryBytes + mappedOverheadBytes;
    words.push(
      program('prlimit') ?? '',
      `--data=${data}`,
      `--cpu=${runnerCpuSecondsMax}`,
      '--core=0',
      '--fsize=0',
      '--nofile=64',
      '--',
    );
  }
  return words;
};

let addon: string | null = null;

/** The file of the isolated-vm addon that fits this Node, by its real path: others are closed to the process. */
export const addonFile = (): string => {
  if (addon === null) {
    const require = createRequire(import.meta.url);
    const folder = dirname(require.resolve('isolated-vm/package.json'));
    const finder = createRequire(join(folder, 'package.json'))('node-gyp-build') as {
      resolve: (folder: string) => string;
    }; // its documented interface
    const file = finder.resolve(folder);
    if (!existsSync(file)) throw new Error(`isolated-vm has no addon at ${file}`);
    addon = realpathSync(file);
  }
  return addon;
};
