/** What a story of the corpus is, and what several of them use. */

import type { AnyKind } from '#actors';
import type { Importer } from '#ports';
import type { Stage } from '../stage.ts';

export interface Story {
  readonly name: string;
  /** Whose life is recorded. */
  readonly kind: AnyKind;
  readonly id: string;
  readonly importing?: readonly Importer['run'][];
  readonly play: (stage: Stage) => Promise<void>;
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

export const source = (body: string) => ({ files: { 'strategy.ts': body }, entry: 'strategy.ts' });
