/**
 * An account read over HTTP by its user, answered by its actor, with log and trace ids, from the running
 * platform: against fastify alone with the same payload. By the processor time of each server's process,
 * so that neither the client nor others on the machine count.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlatformProcess } from '#test/platform';
import type { Benchmark } from './benchmark.ts';
import { requestEach } from './keep-alive-client.ts';
import type { Target } from './keep-alive-client.ts';

/** Each reads its own account, on a connection of its own. A user may ask 6,000 times at once, which bounds the rounds. */
const users = 24;
const requestsPerUser = 500;
/** The first warm both up: it takes tens of thousands of requests until all of it is compiled. */
const rounds = 11;
const warmUpRounds = 4;
const reach = 0.8;
/** Linux counts processor time in these. */
const tickMs = 10;

const benchmark: Benchmark = {
  name: 'http',
  async run() {
    const dataFolder = mkdtempSync(join(tmpdir(), 'xtrading-http-'));
    const settings = {
      XTRADING_SAMPLE_DATA: 'off',
      XTRADING_LOG: 'info',
      XTRADING_RUNNERS: '1',
      XTRADING_TRUSTED_PROXIES: '127.0.0.1',
    };
    const platform = await startPlatformProcess({ dataFolder, settings });
    try {
      const readers: Target[] = [];
      for (let number = 0; number < users; number++) readers.push(await newReader(platform.address, number));
      const [reader] = readers;
      if (reader === undefined) throw new Error('there are users');
      const payload = await (await fetch(`${reader.address}${reader.path}`, { headers: reader.headers })).text();
      const bare = await startBare(payload);
      try {
        const bareTargets = readers.map((): Target => ({ address: bare.address, path: '/', headers: {} }));
        const best = [Infinity, Infinity];
        for (let round = 0; round < rounds; round++) {
          for (const [place, { pid, to }] of [
            { pid: platform.pid, to: readers },
            { pid: bare.pid, to: bareTargets },
          ].entries()) {
            const before = cpuMsOf(pid);
            await requestEach(to, requestsPerUser);
            if (round >= warmUpRounds) best[place] = Math.min(best[place] ?? Infinity, cpuMsOf(pid) - before);
          }
        }
        const requests = readers.length * requestsPerUser * 1_000;
        const value = requests / (best[0] ?? Infinity);
        const reference = requests / (best[1] ?? Infinity);
        const ratio = value / reference;
        return [
          {
            name: 'http: an account read',
            value,
            unit: 'requests/CPU s',
            reference,
            ratio,
            reach: `≥ ${reach}× bare fastify`,
            ok: ratio >= reach,
          },
        ];
      } finally {
        await bare.stop();
      }
    } finally {
      await platform.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    }
  },
};

/** A user with an account, logged in. */
const newReader = async (address: string, number: number): Promise<Target> => {
  const post = async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(`${address}/api/v1/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        // An address may register ten users a minute: each comes from one of its own.
        'x-forwarded-for': `192.0.2.${number}`,
        ...headers,
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as Readonly<Record<string, unknown>>; // all of these answer with objects
  };
  const credentials = { email: `reader${number}@example.com`, password: 'correct horse battery' };
  await post('auth/register', { ...credentials, displayName: 'Reader' });
  const { accessToken } = await post('auth/login', credentials);
  const headers = { authorization: `Bearer ${String(accessToken)}` };
  const { id } = await post('trading/accounts', { name: 'Paper' }, headers);
  return { address, path: `/api/v1/trading/accounts/${String(id)}`, headers };
};

const startBare = async (payload: string) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-fastify.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(payload);
  const [address] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return {
    address: address.trim(),
    pid: child.pid ?? 0, // it has said where it listens, so it has one
    async stop() {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
    },
  };
};

/** Of all threads of a process. The name may hold anything but ends with the last parenthesis. */
const cpuMsOf = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
};

export default benchmark;
