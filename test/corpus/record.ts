/**
 * `npm run corpus:record`: records the lives of stories that the corpus does not have in today's version
 * of their events, and writes down what all lives come to now. Lives that are there stay as they are.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { snapshotOf } from '#kernel/testing';
import type { AnyKind } from '#actors';
import { fileOf, lifeFiles, livesFolder, outcomeOf, outcomesFolder, readLife, rebuilt } from './life.ts';
import type { Life } from './life.ts';
import { openStage } from './stage.ts';
import { stories } from './stories/index.ts';
import type { Story } from './stories/index.ts';

const record = async ({ kind, id, importing = [], play }: Story): Promise<Life> => {
  const stage = openStage(importing);
  await play(stage);
  const events = stage
    .eventsOf({ kind: kind.name, id })
    .map(({ type, version, at, payload }) => ({ type, version, at, payload: JSON.parse(payload) as unknown }));
  await stage.end();
  return withSnapshot(kind, { kind: kind.name, id, events, snapshot: null });
};

/** As the actor would have stored it when it was half as old. */
const withSnapshot = (kind: AnyKind, life: Life): Life => {
  if (kind.snapshot === undefined) return life;
  const middle = Math.ceil(life.events.length / 2);
  const { state, seq, shardSeq } = rebuilt(life, null, middle);
  const snapshot = snapshotOf(kind.snapshot.schema, seq, { state, shardSeq });
  return { ...life, snapshot: { ...snapshot, state: JSON.parse(snapshot.state) as unknown } };
};

const write = (folder: URL, file: string, content: unknown): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(file, folder), `${JSON.stringify(content, null, 1)}\n`);
};

for (const story of stories) {
  const version = story.kind.eventVersion ?? 1;
  if (lifeFiles().some((file) => file.startsWith(`${story.name}.${version}.`))) continue;
  const life = await record(story);
  write(livesFolder, fileOf(story.name, version, life), life);
  console.log(`recorded ${story.name} in version ${version}`);
}
for (const file of lifeFiles()) write(outcomesFolder, file, outcomeOf(readLife(file)));
