/** Git objects, each once, under the hash of its content. */

import type { GitObject, GitObjects } from '#ports';
import { textArray } from './binary-array.ts';
import type { Database, Statement } from './database.ts';

const put: Statement = {
  name: 'put-git-objects',
  text: `INSERT INTO strategies.git_object (id, type, content)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[]) ON CONFLICT DO NOTHING`,
};
const get: Statement = {
  name: 'git-object',
  text: 'SELECT id, type, content FROM strategies.git_object WHERE id = $1',
};

export const gitObjectsOn = (database: Database): GitObjects => ({
  async put(objects) {
    if (objects.length === 0) return;
    // In one order, so that two writers of the same objects do not wait for each other in a circle.
    const sorted = objects.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    await database.query(put, [
      textArray(sorted.map(({ id }) => id)),
      textArray(sorted.map(({ type }) => type)),
      sorted.map(({ content }) => Buffer.from(content.buffer, content.byteOffset, content.byteLength)),
    ]);
  },
  async get(id) {
    const [row] = await database.query<GitObject>(get, [id]);
    return row ?? null;
  },
});
