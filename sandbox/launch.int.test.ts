import { once } from 'node:events';
import { chmodSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { addonFile, launch, launchPlans } from './launch.ts';
import type { SandboxAbilities } from './launch.ts';
import { bootWallMs, defaultLimits, isolateHeapMiB } from './limits.ts';
import { runnerImage, withRealPaths } from './runner-image.ts';
import { RunnerEnded, RunnerLink } from './runner-link.ts';

const image = runnerImage();
const memoryBytes = 512 * 2 ** 20;

const booted = async (abilities: SandboxAbilities, booting = image): Promise<RunnerLink> => {
  const link = new RunnerLink(launch({ image: booting, plan: abilities, memoryBytes }), {
    abilities,
    limits: defaultLimits,
    dataBytesMax: 0,
  });
  await link.ask(
    { type: 'Boot', addon: addonFile(), modules: booting.modules, memoryLimitMiB: isolateHeapMiB, callLimitMs: null },
    bootWallMs,
  );
  return link;
};

/** What somebody finds who has broken out of the isolate into the process: tried by a program in the runner's place. */
const probe = `
const { writeSync, readFileSync, writeFileSync } = require('node:fs');
const attempt = (work) => { try { return String(work()).slice(0, 20); } catch (error) { return error.code ?? error.name; } };
const found = {
  environment: Object.keys(process.env).join(),
  password: attempt(() => readFileSync('/etc/passwd', 'utf8')),
  write: attempt(() => writeFileSync(require('node:os').tmpdir() + '/xtrading-probe', 'x')),
  child: attempt(() => require('node:child_process').execFileSync(process.execPath, ['-v'])),
  worker: attempt(() => new (require('node:worker_threads').Worker)('1', { eval: true })),
};
const socket = require('node:net').connect(PORT, '127.0.0.1');
const tell = (network) => { writeSync(3, JSON.stringify({ ...found, network })); process.exit(); };
socket.on('connect', () => tell('open')).on('error', (error) => tell(error.code));
`;

const probed = async (plan: SandboxAbilities): Promise<Record<string, string>> => {
  const folder = mkdtempSync(join(tmpdir(), 'xtrading-probe-'));
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    chmodSync(folder, 0o755);
    const processFile = join(folder, 'probe.cjs');
    writeFileSync(processFile, probe.replace('PORT', String((server.address() as AddressInfo).port)), { mode: 0o644 }); // listens on a port
    const child = launch({
      image: { ...image, processFile, readable: [folder], modules: { inline: {} } },
      plan,
      memoryBytes,
    });
    const [told] = (await once(child.stdio[3] as Readable, 'data')) as [Buffer]; // a pipe, read once
    return JSON.parse(String(told)) as Record<string, string>; // written by the probe above
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
};

describe('a process that somebody has broken into', () => {
  test.each(launchPlans(image))('holds nothing of the machine with %o', async (plan) => {
    const found = await probed(plan);
    expect(found).toMatchObject({
      environment: 'TZ',
      password: 'ERR_ACCESS_DENIED',
      write: 'ERR_ACCESS_DENIED',
      child: 'ERR_ACCESS_DENIED',
      worker: 'ERR_ACCESS_DENIED',
    });
    if (plan.noNetwork) expect(found['network']).not.toBe('open');
  });
});

describe('ways to start a runner', () => {
  const plans = launchPlans(image);

  test('there is always one that needs nothing from the system', () => {
    expect(plans.at(-1)).toEqual({
      permissions: true,
      noNetwork: false,
      otherUser: false,
      kernelLimits: false,
      diesWithParent: false,
    });
  });

  test.each(plans)('a runner boots with %o', async (plan) => {
    const link = await booted(plan);
    link.close();
    expect(link.abilities).toEqual(plan);
  });

  test('a runner boots where its files are reached through a link', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xtrading-link-'));
    try {
      chmodSync(folder, 0o755);
      const checkout = dirname(import.meta.dirname);
      symlinkSync(checkout, join(folder, 'linked'));
      const through = (path: string): string => path.replace(realpathSync(checkout), join(folder, 'linked'));
      const linked = withRealPaths({
        ...image,
        processFile: through(image.processFile),
        readable: image.readable.map(through),
        modules: 'file' in image.modules ? { file: through(image.modules.file) } : image.modules,
      });
      const link = await booted(plans.at(-1) as SandboxAbilities, linked); // there is always one
      link.close();
      expect(linked).toEqual(image);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a process that is told nonsense ends, and its parent knows', async () => {
    const plan = plans.at(-1) as SandboxAbilities; // there is always one
    const link = new RunnerLink(launch({ image, plan, memoryBytes }), {
      abilities: plan,
      limits: defaultLimits,
      dataBytesMax: 0,
    });
    await expect(
      link.ask(
        { type: 'Boot', addon: '/nowhere.node', modules: { inline: {} }, memoryLimitMiB: 64, callLimitMs: null },
        bootWallMs,
      ),
    ).rejects.toMatchObject({ failure: { code: 'crashed' } });
    await expect(link.send({ type: 'ClearFeeds' })).rejects.toThrow(RunnerEnded);
  });
});
