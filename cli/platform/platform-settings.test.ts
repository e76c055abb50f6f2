import { describe, expect, test } from 'vitest';
import { hasActors, listPlatformSettings, readPlatformSettings, refuseUnknownRoles } from './platform-settings.ts';

describe('the settings of the platform', () => {
  test('have a default each', () => {
    expect(readPlatformSettings({})).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      databaseUrl: null,
      registration: 'open',
      allowedOrigins: [],
    });
  });

  test('are read from the environment, empty ones as if they were not there', () => {
    const settings = readPlatformSettings({
      PORT: '9000',
      DATABASE_URL: '  ',
      XTRADING_ORIGINS: 'https://a.example, http://b.example:3000',
    });
    expect(settings).toMatchObject({
      port: 9000,
      databaseUrl: null,
      allowedOrigins: ['https://a.example', 'http://b.example:3000'],
    });
  });

  test('name the variable and the remedy when a value can not be', () => {
    const cases: Readonly<Record<string, string>> = {
      PORT: '80a',
      XTRADING_REGISTRATION: 'maybe',
      XTRADING_RUNNERS: '0',
      XTRADING_SERIES_CACHE_MB: '-1',
      XTRADING_ORIGINS: 'https://a.example/path',
      XTRADING_ADMIN_EMAIL: 'nobody',
      XTRADING_ADMIN_PASSWORD: 'short',
      DATABASE_URL: 'mysql://user:secret@host/db',
    };
    for (const [name, value] of Object.entries(cases)) {
      const read = () => readPlatformSettings({ [name]: value });
      expect(read, name).toThrow(
        expect.objectContaining({ code: 'setting-value', message: expect.stringContaining(name) }),
      );
      expect(read, name).not.toThrow(expect.objectContaining({ message: expect.stringContaining('secret') }));
    }
  });

  test('the roles of a node are all actors or those of services, each once', () => {
    const cluster = { NATS_URL: 'nats://127.0.0.1:4222', DATABASE_URL: 'postgres://127.0.0.1/x' };
    const { roles } = readPlatformSettings({ ...cluster, XTRADING_ROLES: 'trading, users,trading,gateway' });
    expect(roles).toEqual(['trading', 'users', 'gateway']);
    expect(hasActors(roles)).toBe(true);
    expect(hasActors(['gateway', 'runner'])).toBe(false);
    expect(() => readPlatformSettings({ ...cluster, XTRADING_ROLES: 'trade' })).toThrow(
      expect.objectContaining({ code: 'setting-value', message: expect.stringContaining('XTRADING_ROLES') }),
    );
    // Alone it has to do everything.
    expect(() => readPlatformSettings({ XTRADING_ROLES: 'trading,gateway,runner' })).toThrow(
      expect.objectContaining({ code: 'setting-value' }),
    );
  });

  test('a role that the journal has no shards for is refused, with what to give instead', () => {
    const shards = ['users', 'users', 'trading'];
    expect(() => refuseUnknownRoles(['trading', 'gateway', 'actors'], shards)).not.toThrow();
    expect(() => refuseUnknownRoles(['actors', 'gateway', 'runner'], [])).not.toThrow();
    expect(() => refuseUnknownRoles(['gateway', 'trading'], [])).toThrow(
      expect.objectContaining({
        code: 'setting-value',
        message: expect.stringContaining('trading'),
        remedy: expect.stringContaining('actors'),
      }),
    );
  });

  test('a mistyped one is refused, and the right one named', () => {
    expect(() => readPlatformSettings({ XTRADING_RUNNER: '2' })).toThrow(
      expect.objectContaining({ code: 'setting-unknown', remedy: expect.stringContaining('XTRADING_RUNNERS') }),
    );
  });

  test('are listed with their source, secrets hidden', () => {
    const listed = listPlatformSettings({ PORT: '9000', DATABASE_URL: 'postgres://u:secret@h/db' });
    expect(listed.find(({ name }) => name === 'PORT')).toMatchObject({ value: '9000', source: 'environment' });
    expect(listed.find(({ name }) => name === 'XTRADING_HOST')).toMatchObject({ source: 'default' });
    expect(JSON.stringify(listed)).not.toContain('secret');
  });
});
