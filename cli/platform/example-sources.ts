/** The example strategies as they are brought into a new platform. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateStrategy } from '#actors';

const examplesFolder = join(import.meta.dirname, '..', '..', 'examples');

export const readExample = async (name: string, by: string): Promise<CreateStrategy> => {
  const [text, readme] = await Promise.all([
    readFile(join(examplesFolder, name, 'strategy.ts'), 'utf8'),
    readFile(join(examplesFolder, name, 'README.md'), 'utf8'),
  ]);
  return {
    type: 'CreateStrategy',
    name,
    description: firstSentence(readme),
    tags: ['example'],
    source: { files: { 'strategy.ts': text }, entry: 'strategy.ts' },
    message: 'Bring the example',
    by,
  };
};

/** Of the first paragraph below the heading. */
const firstSentence = (readme: string): string => {
  const paragraph = readme.split(/\n\s*\n/).find((part) => part.trim() !== '' && !part.startsWith('#')) ?? '';
  return /^.*?[.!?](?=\s|$)/s.exec(paragraph.trim())?.[0].replaceAll(/\s+/g, ' ').slice(0, 500) ?? '';
};
