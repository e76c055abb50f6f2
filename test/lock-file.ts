/**
 * Completes package-lock.json (`npm run lock`): npm leaves out optional platform packages that the
 * registry at hand does not have, and `npm ci` then refuses the lock file on every machine.
 */

import { readFileSync, writeFileSync } from 'node:fs';

interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  cpu?: string[];
  os?: string[];
  libc?: string[];
  dev?: boolean;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
}

export interface LockFile {
  packages: Record<string, LockedPackage>;
}

/** Optional packages that the lock file asks for and has no entry for, as `name@version`. */
export const missingEntries = (lock: LockFile): string[] =>
  [...wanted(lock)].map(([name, { version }]) => `${name}@${version}`);

/** Entries that carry the address of a registry. */
export const registryAddresses = (lock: LockFile): string[] =>
  Object.entries(lock.packages).flatMap(([path, { resolved }]) => (resolved === undefined ? [] : [path]));

/** The same lock file with an entry for every optional package and without registry addresses. */
export const completed = (lock: LockFile): LockFile => {
  const packages: Record<string, LockedPackage> = {};
  for (const [path, { resolved: _, ...entry }] of Object.entries(lock.packages)) packages[path] = entry;
  for (const [name, { version, dev }] of wanted(lock)) {
    packages[`node_modules/${name}`] = { version, ...platformOf(name), ...(dev ? { dev: true } : {}), optional: true };
  }
  const sorted = Object.entries(packages).sort(([one], [other]) => one.localeCompare(other, 'en'));
  return { ...lock, packages: Object.fromEntries(sorted) };
};

const wanted = (lock: LockFile): Map<string, { version: string; dev: boolean }> => {
  const found = new Map<string, { version: string; dev: boolean }>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const isThere = `node_modules/${name}` in lock.packages || `${path}/node_modules/${name}` in lock.packages;
      if (!isThere) found.set(name, { version, dev: entry.dev === true });
    }
  }
  return found;
};

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** Native packages say in their names where they run: `@oxlint/binding-linux-arm-musleabihf`. */
const platformOf = (name: string): { cpu?: string[]; os?: string[] } => {
  const words = name.split(/[^a-z0-9]+/);
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  return { ...(cpu === undefined ? {} : { cpu: [cpu] }), ...(os === undefined ? {} : { os: [os] }) };
};

if (import.meta.main) {
  const file = new URL('../package-lock.json', import.meta.url);
  // Written by npm, whose format this is; the tests look at the outcome.
  const lock = JSON.parse(readFileSync(file, 'utf8')) as LockFile;
  writeFileSync(file, `${JSON.stringify(completed(lock), null, 2)}\n`);
}
