#!/usr/bin/env node
/**
 * Starts the command on the Node that the project was installed with, whatever Node the machine has.
 * Plain JavaScript that Node 18 understands; everything else is TypeScript and needs the newer one.
 */

import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The major version that is tested; isolated-vm has no binary for the odd ones, and results may differ in the last bit. */
const nodeMajor = 26;

const flags = ['--disable-warning=ExperimentalWarning'];

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));

const start = async () => {
  if (!existsSync(pathOf('../node_modules'))) return explain();
  if (Number.parseInt(process.versions.node, 10) === nodeMajor) return runHere();
  const installed = ['node', 'node.exe'].map((name) => pathOf(`../node_modules/node/bin/${name}`)).find(existsSync);
  return installed === undefined ? explain() : runOn(installed);
};

const explain = () => {
  process.stderr.write(`xtrading is not installed yet: run npm ci in ${pathOf('..')}\n`);
  process.exitCode = 1;
};

const runHere = async () => {
  endWithLauncher();
  // Keeps the stripped and compiled sources between runs; a folder that can't be written is no error.
  nodeModule.enableCompileCache(pathOf('../node_modules/.cache/xtrading/compiled'));
  quietExperiments();
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2), process.env);
};

/** Started by the launcher below, which was killed and could not pass that on: a server must not go on by itself. */
const endWithLauncher = () => {
  if (process.channel == null) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // It keeps nothing alive: what is done ends.
  process.channel.unref();
};

/** Does what the flag does for a Node that was started without it: type stripping is no news to our users. */
const quietExperiments = () => {
  const [print] = process.listeners('warning');
  if (print === undefined) return;
  process.removeListener('warning', print);
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') print.call(process, warning);
  });
};

const runOn = async (installed) => {
  const { spawn } = await import('node:child_process');
  const given = [...flags, pathOf('./xtrading.js'), ...process.argv.slice(2)];
  const child = spawn(installed, given, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both processes; sent on, it would arrive twice.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.once('error', (error) => {
    process.stderr.write(`xtrading can't start ${installed}: ${error.message}; run npm ci again\n`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
};

await start();
