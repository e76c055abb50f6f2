import { describe, expect, test } from 'vitest';
import { listPlatformSettings, readPlatformSettings } from './platform-settings.ts';

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
