/** What changed between two versions of a strategy, as a patch. */

import { createTwoFilesPatch } from 'diff';
import type { FoundVersion } from './routes/strategy-versions.ts';

/** Two megabytes can be compared in that time; a diff that takes longer is cut short. */
const diffTimeoutMs = 1_000;

export const diffOf = (from: FoundVersion, to: FoundVersion): string => {
  const paths = [...new Set([...Object.keys(from.source.files), ...Object.keys(to.source.files)])].sort();
  const nothing = '/dev/null';
  return paths
    .filter((path) => from.source.files[path] !== to.source.files[path])
    .map((path) => {
      const before = from.source.files[path];
      const after = to.source.files[path];
      return (
        createTwoFilesPatch(
          before === undefined ? nothing : `a/${path}`,
          after === undefined ? nothing : `b/${path}`,
          before ?? '',
          after ?? '',
          `version ${from.version.version}`,
          `version ${to.version.version}`,
          { context: 3, timeout: diffTimeoutMs },
        ) ?? `${path} differs too much to be compared in ${diffTimeoutMs} ms.\n`
      );
    })
    .join('');
};
