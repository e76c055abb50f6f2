/**
 * The program that a runner's process runs, stripped of types once and kept on disk: the modules of
 * the process as files, those of the isolate as one table. A runner starts 60 ms faster from it than
 * from the sources. Without a writable cache it is made in memory and the process strips for itself.
 */

import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryModule, prepareModule, resolveOwn, strategyDoor } from './runner-modules.ts';
import type { IsolateModules, ModulesPlace } from './runner-modules.ts';

export interface RunnerImage {
  /** 32 hexadecimal digits over every source in it and the version of Node: what a run's result depends on beside its inputs. */
  readonly digest: string;
  /** The file that Node runs. */
  readonly processFile: string;
  /** Files and folders that the process must be able to read. */
  readonly readable: readonly string[];
  readonly modules: ModulesPlace;
}

const processModule = 'sandbox/runner-process.ts';

/** Changes whenever images made by an older version of this file can't be used. */
const formatVersion = 2;

let made: RunnerImage | null = null;

/** The image of the sources as they are now; read once in the life of a process. */
export const runnerImage = (): RunnerImage => {
  if (made !== null && !existsSync(made.processFile)) made = null; // removed as old by another process
  made ??= withRealPaths(makeImage(dirname(dirname(fileURLToPath(import.meta.url)))));
  return made;
};

/** The digest of everything that the platform itself brings to a run: equal digests, equal results. */
export const platformDigest = (): string => runnerImage().digest;

/**
 * The same files by paths without links: Node resolves the links of what it runs, and its permission
 * model then asks whether the real path may be read.
 */
export const withRealPaths = ({ digest, processFile, readable, modules }: RunnerImage): RunnerImage => ({
  digest,
  processFile: realpathSync(processFile),
  readable: readable.map((path) => realpathSync(path)),
  modules: 'file' in modules ? { file: realpathSync(modules.file) } : modules,
});

const makeImage = (root: string): RunnerImage => {
  const isolateFiles = reachable(root, [prepareModule, entryModule, strategyDoor]);
  const processFiles = reachable(root, [processModule]);
  const hash = createHash('sha256').update(`${formatVersion} ${process.version}`);
  for (const [path, source] of [...isolateFiles, ...processFiles]) hash.update(`\0${path}\0${source}`);
  const digest = hash.digest('hex').slice(0, 32);
  const directory = join(root, 'node_modules', '.cache', 'xtrading', `runner-${digest}`);
  const cached = readCached(directory, digest);
  if (cached !== null) return cached;
  const modules = Object.fromEntries([...isolateFiles].map(([path, source]) => [path, tellClasses(strip(source))]));
  try {
    return writeCached(directory, digest, processFiles, modules);
  } catch {
    // No cache where the checkout is read-only: the process then runs from its sources.
    return { digest, processFile: join(root, processModule), readable: [root], modules: { inline: modules } };
  }
};

const strip = (source: string): string => stripTypeScriptTypes(source, { mode: 'strip' });

/**
 * Lets a module hand its classes to `freezeRealm`, exported or not: a run reaches their prototypes
 * through its objects, and must neither change them for the next run nor make instances of its own.
 */
export const tellClasses = (source: string): string => {
  const names = [...source.matchAll(/^(?:export )?class (\w+)/gm)].map((match) => match[1]);
  return names.length === 0 ? source : `${source}\nglobalThis.platformClasses?.push(${names.join(', ')});\n`;
};

/** The files that `entries` import, themselves included, with their sources; paths from the root. */
const reachable = (root: string, entries: readonly string[]): Map<string, string> => {
  const found = new Map<string, string>();
  const pending = [...entries];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (found.has(path)) continue;
    const source = readFileSync(join(root, path), 'utf8');
    found.set(path, source);
    for (const specifier of importsOf(source)) {
      const target = resolveOwn(specifier, path);
      if (target !== null) pending.push(target);
    }
  }
  return found;
};

/** Specifiers of imports that remain at run time, in sources of ours (which the formatter keeps in this form). */
const importsOf = (source: string): string[] =>
  [...source.matchAll(/^(?:import|export)\s(?!type\b)(?:[^'";]*?\sfrom\s)?'([^']+)'/gm)].map(
    (match) => match[1] as string,
  ); // the group always takes part

const modulesFile = 'modules.json';

const readCached = (directory: string, digest: string): RunnerImage | null => {
  const file = join(directory, modulesFile);
  if (!existsSync(file)) return null;
  try {
    utimesSync(directory, new Date(), new Date()); // in use: not the next to be removed
  } catch {
    // Made by another user: that user removes it when it has grown old.
  }
  return {
    digest,
    processFile: join(directory, asJavaScript(processModule)),
    readable: [directory],
    modules: { file },
  };
};

const writeCached = (
  directory: string,
  digest: string,
  processFiles: ReadonlyMap<string, string>,
  modules: IsolateModules,
): RunnerImage => {
  const draft = `${directory}.${process.pid}`;
  for (const [path, source] of processFiles) {
    const file = join(draft, asJavaScript(path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, strip(source).replaceAll(/^((?:import|export)\s[^'";]*?'\.[^']*)\.ts'/gm, "$1.js'"));
  }
  writeFileSync(join(draft, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(draft, modulesFile), JSON.stringify(modules));
  removeOld(dirname(directory));
  try {
    renameSync(draft, directory);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(join(directory, modulesFile))) throw error; // else another process was quicker
  }
  return {
    digest,
    processFile: join(directory, asJavaScript(processModule)),
    readable: [directory],
    modules: { file: join(directory, modulesFile) },
  };
};

/** Images of older sources that are kept: other processes may be running from the newest of them. */
const oldImagesMax = 4;

const removeOld = (folder: string): void => {
  const images = readdirSync(folder)
    .filter((name) => /^runner-[0-9a-f]{32}$/.test(name))
    .map((name) => ({ path: join(folder, name), madeAt: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.madeAt - a.madeAt);
  for (const { path } of images.slice(oldImagesMax)) rmSync(path, { recursive: true, force: true });
};

const asJavaScript = (path: string): string => path.replace(/\.ts$/, '.js');
