/** Runs the benchmarks (`npm run bench [NAME …]`), prints their ratios and writes bench/results.json. */

import { globSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Row } from './benchmark.ts';

const folder = new URL('.', import.meta.url);

const main = async (names: readonly string[]): Promise<number> => {
  const benchmarks = await findBenchmarks();
  const unknown = names.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    console.error(`No benchmark ${unknown.join(', ')}; there are: ${benchmarks.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const rows: Row[] = [];
  for (const benchmark of benchmarks) {
    if (names.length > 0 && !names.includes(benchmark.name)) continue;
    console.error(`measuring ${benchmark.name} …`);
    rows.push(...(await benchmark.run()));
  }
  console.log(table(rows));
  writeFileSync(new URL('results.json', folder), `${JSON.stringify(rows, null, 2)}\n`);
  return rows.length > 0 && rows.every(({ ok }) => ok) ? 0 : 1;
};

const findBenchmarks = async (): Promise<Benchmark[]> => {
  const files = globSync('*.bench.ts', { cwd: fileURLToPath(folder) }).sort();
  return Promise.all(
    files.map(async (file) => {
      // Each *.bench.ts file default-exports a Benchmark; its own type-check holds it to that.
      const module = (await import(new URL(file, folder).href)) as { default: Benchmark };
      return module.default;
    }),
  );
};

const table = (rows: readonly Row[]): string => {
  const head = ['benchmark', 'value', 'unit', 'reference', 'ratio', 'reach', ''];
  const cells = rows.map(({ name, value, unit, reference, ratio, reach, ok }) => [
    name,
    shown(value),
    unit,
    reference === null ? '–' : shown(reference),
    `${ratio.toPrecision(3)}×`,
    reach,
    ok ? 'ok' : 'MISSED',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  return [head, ...cells]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const shown = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(4)));

process.exitCode = await main(process.argv.slice(2));
