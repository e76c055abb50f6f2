/**
 * A strategy's versions as real Git history: computes the objects of a commit from what its event
 * says, and nothing else, so that a commit's id is the same whenever and wherever it is computed.
 */

import { createHash } from 'node:crypto';
import type { GitObject, GitObjects, SourceFiles } from '#ports';

/** All that a commit's id depends on. */
export interface CommitFacts {
  readonly source: SourceFiles;
  /** Id of the commit before; null for the first. */
  readonly parent: string | null;
  /** Without blanks at its ends and control characters but line feeds. */
  readonly message: string;
  /** The user who saved it. */
  readonly by: string;
  /** Milliseconds UTC; Git keeps whole seconds. */
  readonly at: number;
}

/** The entry file that needs no mention; another one is named in the last line of the commit's message. */
const usualEntry = 'strategy.ts';
const entryTrailer = 'Entry: ';

/** The commit's id and its objects: every file's blob, every folder's tree, the commit last. */
export const commitObjects = (
  facts: CommitFacts,
): { readonly commit: string; readonly objects: readonly GitObject[] } => {
  const objects: GitObject[] = [];
  const tree = addTree(folderOf(facts.source.files), objects);
  const commit = gitObject('commit', encoder.encode(commitText(facts, tree)));
  objects.push(commit);
  return { commit: commit.id, objects };
};

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const gitObject = (type: GitObject['type'], content: Uint8Array): GitObject => ({
  id: createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex'),
  type,
  content,
});

/** Names to a file's text or a folder. */
interface Folder extends Map<string, string | Folder> {}

const folderOf = (files: Readonly<Record<string, string>>): Folder => {
  const root: Folder = new Map();
  for (const [path, text] of Object.entries(files)) {
    const segments = path.split('/');
    const name = segments.pop() ?? path;
    let folder = root;
    for (const segment of segments) {
      const inner = folder.get(segment);
      const next: Folder = inner instanceof Map ? inner : new Map();
      folder.set(segment, next);
      folder = next;
    }
    folder.set(name, text);
  }
  return root;
};

const fileMode = '100644';
const folderMode = '40000';

/** Adds the objects of a folder, innermost first; answers with the id of its tree. */
const addTree = (folder: Folder, objects: GitObject[]): string => {
  const entries = [...folder]
    // Git sorts by bytes, a folder as if its name ended with a slash.
    .map(([name, content]) => ({ name, content, key: Buffer.from(content instanceof Map ? `${name}/` : name) }))
    .sort((a, b) => a.key.compare(b.key))
    .map(({ name, content }) => {
      if (content instanceof Map) return treeEntry(folderMode, name, addTree(content, objects));
      const blob = gitObject('blob', encoder.encode(content));
      objects.push(blob);
      return treeEntry(fileMode, name, blob.id);
    });
  const tree = gitObject('tree', Buffer.concat(entries));
  objects.push(tree);
  return tree.id;
};

const treeEntry = (mode: string, name: string, id: string): Uint8Array =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);

const commitText = ({ source, parent, message, by, at }: CommitFacts, tree: string): string => {
  // No such character is in an id that we make; one that was would make an unreadable commit.
  const author = by.replaceAll(/[<>\s\0]/g, '_');
  const signature = `${author} <${author}@users.invalid> ${Math.floor(at / 1_000)} +0000`;
  return [
    `tree ${tree}`,
    ...(parent === null ? [] : [`parent ${parent}`]),
    `author ${signature}`,
    `committer ${signature}`,
    '',
    message,
    ...(source.entry === usualEntry ? [] : ['', `${entryTrailer}${source.entry}`]),
    '',
  ].join('\n');
};

/** The files of a commit; null where it, or a part of it, is not in the store. */
export const readSource = async (store: GitObjects, commitId: string): Promise<SourceFiles | null> => {
  const commit = await store.get(commitId);
  if (commit?.type !== 'commit') return null;
  const text = decoder.decode(commit.content);
  const tree = /^tree ([0-9a-f]{40})\n/.exec(text)?.[1];
  if (tree === undefined) return null;
  const files = new Map<string, string>();
  if (!(await readTree(store, tree, '', files))) return null;
  const entry = new RegExp(`\n${entryTrailer}(.+)\n$`).exec(text)?.[1];
  return {
    files: Object.fromEntries(files),
    // A message may end with such a line by chance: then it names no file.
    entry: entry !== undefined && files.has(entry) ? entry : usualEntry,
  };
};

const readTree = async (
  store: GitObjects,
  id: string,
  prefix: string,
  files: Map<string, string>,
): Promise<boolean> => {
  const tree = await store.get(id);
  if (tree?.type !== 'tree') return false;
  for (const { mode, name, id: entryId } of treeEntries(tree.content)) {
    if (mode === folderMode) {
      if (!(await readTree(store, entryId, `${prefix}${name}/`, files))) return false;
      continue;
    }
    const blob = await store.get(entryId);
    if (blob?.type !== 'blob') return false;
    files.set(`${prefix}${name}`, decoder.decode(blob.content));
  }
  return true;
};

const treeEntries = (
  content: Uint8Array,
): readonly { readonly mode: string; readonly name: string; readonly id: string }[] => {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const entries = [];
  for (let place = 0; place < bytes.length;) {
    const space = bytes.indexOf(0x20, place);
    const end = bytes.indexOf(0, space);
    entries.push({
      mode: bytes.toString('utf8', place, space),
      name: bytes.toString('utf8', space + 1, end),
      id: bytes.toString('hex', end + 1, end + 21),
    });
    place = end + 21;
  }
  return entries;
};
