import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { password, startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => await gateway.stop());

describe('registration', () => {
  test('makes a user with the role of new users', async () => {
    const answer = await gateway.call('POST', '/auth/register', {
      body: { email: 'Grace@Example.org', password, displayName: 'Grace' },
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ user: { email: 'Grace@Example.org', role: 'quant', status: 'active' } });
    expect(answer.body).not.toContain('argon2');
  });
});
