import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startTestGateway } from './testing/test-gateway.ts';
import type { TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => await gateway.stop());

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, object>>;
}

const description = async () =>
  (await gateway.app.inject('/docs/openapi.json')).json<{
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
  }>();

describe('the description of the API', () => {
  test('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(await description());
    expect(errors ?? null).toBeNull();
    expect(valid).toBe(true);
    expect((await description()).openapi).toBe('3.1.0');
  });

  // A socket is no matter of OpenAPI.
  test('has every route under /api/v1, with a summary, a service and answers', async () => {
    const { paths } = await description();
    const routes = gateway.routes.filter(
      ({ url, method }) => url.startsWith('/api/v1/') && !url.endsWith('/ws') && method !== 'HEAD',
    );
    for (const { method, url, permission } of routes) {
      const label = `${method} ${url}`;
      const operation = paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect(operation?.summary ?? '', label).toMatch(/\S/);
      expect(operation?.tags, label).toHaveLength(1);
      expect(
        Object.keys(operation?.responses ?? {}).some((status) => status.startsWith('2')),
        label,
      ).toBe(true);
      expect(operation?.security !== undefined, label).toBe(permission !== null);
    }
  });

  test('is shown as a page that loads nothing', async () => {
    const page = await gateway.app.inject('/docs');
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.body).toContain('<code>/api/v1/strategies/{id}</code>');
    expect(page.body).not.toMatch(/<script|https?:\/\//);
  });
});
