import { expect, test } from 'vitest';
import { stepsOf } from './document.ts';

const fence = '```';

test('a document is its sh blocks and its named ts blocks, in order', () => {
  const document = `# Title

${fence}sh
npm ci
npx one
${fence}

${fence}console
npm test
${fence}

${fence}ts
// mine.ts
export {};
${fence}

${fence}ts
const unnamed = 1;
${fence}
`;
  expect(stepsOf(document)).toEqual([
    { type: 'run', line: 3, script: 'npm ci\nnpx one\n' },
    { type: 'save', line: 12, name: 'mine.ts', text: '// mine.ts\nexport {};\n' },
  ]);
});
