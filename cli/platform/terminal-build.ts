/** Builds the web terminal on the first start, and again when its sources have changed. */

import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('../../', import.meta.url));
const stampFile = 'built-from';
/** `package.json` names the versions of the packages that go in. */
const inputs = ['terminal/**/*', 'sdk/**/*.ts', 'package.json', 'cli/platform/terminal-build.ts'];

/** Builds into that folder where it has none of these sources; returns the folder to be served. */
export const builtTerminal = async (folder: string): Promise<string> => {
  const hash = sourcesHash();
  const stamp = join(folder, stampFile);
  const files = join(folder, 'files');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return files;
  const fresh = `${folder}-${process.pid}.part`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await build(join(fresh, 'files'));
  writeFileSync(join(fresh, stampFile), hash);
  // Whole or not at all, also when the process ends in between.
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return files;
};

const sourcesHash = (): string => {
  const hash = createHash('sha256');
  const paths = inputs.flatMap((pattern) => globSync(pattern, { cwd: sources, withFileTypes: true }));
  for (const path of paths
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    const content = readFileSync(path);
    hash.update(`${path.slice(sources.length)}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
};

const build = async (outDir: string): Promise<void> => {
  // Loaded only when there is something to build: it takes a while.
  const vite = await import('vite');
  await vite.build({
    configFile: false,
    root: join(sources, 'terminal'),
    base: '/',
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      // Scripts and styles inside the page would be against its security policy.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1_000,
    },
  });
};
