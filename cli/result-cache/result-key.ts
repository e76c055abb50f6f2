/**
 * What a result depends on, as digests: the strategy's sources, its parameters, the rules, the data
 * and the platform itself. Equal keys, equal results to the last bit; anything in doubt is in the key.
 */

import { createHash } from 'node:crypto';
import type { Bars, Feed } from '#domain';
import { barColumns } from '#domain';
import type { SandboxJob, StrategySource } from '#sandbox';

/** Everything that decides the result of a run. */
export interface RunIdentity {
  readonly source: StrategySource;
  /** The feeds as the runner gets them: read, adjusted and cut to the period. */
  readonly feeds: readonly Feed[];
  readonly job: SandboxJob;
}

/** A search is known by what its members share. */
export interface SearchIdentity extends Omit<RunIdentity, 'job'> {
  readonly job: Omit<SandboxJob, 'params'>;
}

/** 128 bits: enough that no two different inputs ever meet. */
const digestDigits = 32;

/**
 * The digest of everything but the prices themselves: cheap, so that nothing is read through for a
 * result that can't be there. `platform` stands for the engine: its version and that of its sources.
 */
export const drawerKey = ({ source, feeds, job }: RunIdentity | SearchIdentity, platform: string): string => {
  const hash = createHash('sha256');
  const add = (text: string): void => {
    // With its length, so that the end of one text is not the beginning of the next.
    hash.update(`${Buffer.byteLength(text)}:`).update(text);
  };
  add(platform);
  add(source.entry);
  for (const name of Object.keys(source.files).sort()) {
    add(name);
    add(source.files[name] ?? '');
  }
  add(plainText(job));
  for (const { bars, finer, ...meta } of feeds) add(plainText({ ...meta, bars: rows(bars), finer: rows(finer) }));
  return hash.digest('hex').slice(0, digestDigits);
};

/** The digest of the prices, column by column and bit by bit. */
export const pricesKey = (feeds: readonly Feed[]): string => {
  const hash = createHash('sha256');
  for (const { bars, finer } of feeds) {
    for (const { buffer, byteOffset, byteLength } of columnsOf(bars, finer))
      hash.update(`${byteLength}:`).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex').slice(0, digestDigits);
};

/** The values of parameters as one text, by which a member of a search is found. */
export const paramsKey = (params: Readonly<Record<string, unknown>>): string => plainText(params);

const rows = (bars: Bars | undefined): number | null => bars?.time.length ?? null;

const columnsOf = (...all: readonly (Bars | undefined)[]): Float64Array[] =>
  all.flatMap((bars) => (bars === undefined ? [] : barColumns.map((name) => bars[name])));

/** JSON in the order in which it stands, which tells −0, the infinities and NaN from everything else. */
const plainText = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && (Object.is(item, -0) || !Number.isFinite(item))
      ? { number: Object.is(item, -0) ? '-0' : String(item) }
      : item,
  );
