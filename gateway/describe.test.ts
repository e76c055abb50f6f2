import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeApi } from './describe.ts';

test('the client is made for the API as it is (npm run sdk:generate)', async () => {
  const known: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'sdk', 'openapi.json'), 'utf8'));
  expect(known).toEqual(await describeApi());
});
