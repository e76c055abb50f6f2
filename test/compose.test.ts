/** Holds docker-compose.yml, the image and what watches the platform to the platform itself. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { capture, root } from './command.ts';
import { textOf } from './repository/tracked-files.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, null>>;
}

// Whatever is not of that form fails the tests below.
const compose = parse(textOf('docker-compose.yml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const roles = ['gateway', 'actors', 'runner'] as const;
const nodeOf = (role: (typeof roles)[number]): Service => {
  const node = compose.services[role];
  if (node === undefined) throw new Error(`docker-compose.yml has no service ${role}`);
  return node;
};
const own = nodeOf('gateway');
const dockerfile = textOf('Dockerfile');

/** What compose makes of a text, with these values for variables that have no default. */
const interpolated = (text: string, given: (name: string) => string): string =>
  text.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, operator: string, rest: string) =>
    operator === '-' ? rest : given(name),
  );

const settingsOf = (environment: Readonly<Record<string, string>>) =>
  capture(process.execPath, ['cli/xtrading.js', 'config', '--json'], {
    environment: { PATH: process.env['PATH'], ...environment },
  });

describe('the platform in docker-compose.yml', () => {
  test.each(roles)('gives %s settings that it reads, with values that it takes', (role) => {
    const environment = Object.fromEntries(
      Object.entries(nodeOf(role).environment ?? {}).map(([name, text]) => [
        name,
        interpolated(text, (variable) => (variable.endsWith('EMAIL') ? 'admin@example.com' : 'Ab1Ab1Ab1Ab1')),
      ]),
    );
    const { exitCode, stdout, stderr } = settingsOf(environment);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    const listed = JSON.parse(stdout) as readonly { readonly name: string; readonly source: string }[];
    const names = listed.map(({ name }) => name);
    expect(Object.keys(environment).filter((name) => !names.includes(name))).toEqual([]);
    const set = Object.entries(environment).filter(([, value]) => value !== '');
    const read = listed.filter(({ source }) => source === 'environment').map(({ name }) => name);
    expect(read.toSorted()).toEqual(set.map(([name]) => name).toSorted());
    expect(environment['XTRADING_ROLES']).toBe(role);
  });

  test('has a service for each role, of which there may be as many as are wanted', () => {
    for (const role of roles) {
      const { ports, environment = {}, ...node } = nodeOf(role);
      // Whatever is fixed there could be had by one of them alone.
      expect(ports, role).toBeUndefined();
      expect(Object.keys(node), role).not.toContain('container_name');
      expect(Object.keys(environment), role).not.toContain('XTRADING_NODE');
    }
  });

  test('finds its databases by the names of their services', () => {
    for (const name of ['DATABASE_URL', 'CLICKHOUSE_URL', 'NATS_URL', 'REDIS_URL']) {
      const address = new URL(interpolated(own.environment?.[name] ?? '', () => 'secret'));
      expect(Object.keys(compose.services)).toContain(address.hostname);
      expect(own.depends_on).toHaveProperty([address.hostname, 'condition'], 'service_healthy');
    }
  });

  test('reaches everything that it names, and nobody outside reaches a database', () => {
    for (const [, { networks = [] }] of services)
      for (const network of networks) expect(Object.keys(compose.networks)).toContain(network);
    for (const database of ['postgres', 'clickhouse', 'nats', 'redis']) {
      const { networks = [], ports } = compose.services[database] ?? {};
      expect(ports, database).toBeUndefined();
      expect(
        networks.map((network) => compose.networks[network]?.internal),
        database,
      ).toEqual([true]);
    }
    expect(compose.services['balancer']?.networks?.some((network) => own.networks?.includes(network))).toBe(true);
    for (const role of roles)
      expect(
        compose.services['prometheus']?.networks?.some((network) => nodeOf(role).networks?.includes(network)),
        role,
      ).toBe(true);
  });
});

test('docs/platform.md says what each setting is', () => {
  const listed = JSON.parse(settingsOf({}).stdout) as readonly { readonly name: string; readonly help: string }[];
  const guide = textOf('docs/platform.md');
  const missing = listed.filter(({ name, help }) => !guide.includes(`| \`${name}\` |`) || !guide.includes(help));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

describe('docker-compose.yml', () => {
  test('pins every image to one version', () => {
    const loose = services.filter(([, { image = '' }]) => !/^[\w./-]+:v?\d+\.\d+(\.\d+)*(-[\w.]+)?$/.test(image));
    expect(loose.map(([name]) => name)).toEqual([]);
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image);
    expect(bases.filter((image) => !/:(\d+\.\d+\.\d+|bookworm-\d{8})(-|$)/.test(image))).toEqual([]);
  });

  test('requires every secret but that of a mail server, and holds none', () => {
    const optional = ['XTRADING_SMTP_URL'];
    const secrets = services.flatMap(([service, { environment = {} }]) =>
      Object.entries(environment)
        .filter(([name]) => /PASSWORD|SECRET|TOKEN|_URL$/.test(name))
        .map(([name, value]) => ({ service, name, value })),
    );
    expect(secrets.length).toBeGreaterThan(4);
    for (const { service, name, value } of secrets)
      expect(value, `${service} ${name}`).toMatch(optional.includes(name) ? /^\$\{\w+:-\}$/ : /\$\{\w+:\?[^}]+\}/);
  });

  test('gives everything that keeps data a volume', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const named = mounted.filter((source) => !source.startsWith('./'));
    expect(named.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
    for (const service of ['gateway', 'actors', 'postgres', 'clickhouse', 'prometheus', 'grafana', 'nats', 'redis'])
      expect(
        compose.services[service]?.volumes?.some((volume) => volume.startsWith(`${service}-data:`)),
        service,
      ).toBe(true);
    expect(mounted.filter((source) => source.startsWith('./') && !existsSync(join(root, source)))).toEqual([]);
  });

  test('asks for health where there is an answer', () => {
    const routes = textOf('gateway/routes/health.ts');
    const asked = [
      own.healthcheck?.test.join(' ') ?? '',
      compose.services['balancer']?.healthcheck?.test.join(' ') ?? '',
      /HEALTHCHECK[\s\S]*?CMD (.*)/.exec(dockerfile)?.[1] ?? '',
    ];
    for (const text of asked) {
      const path = /\/health\/\w+/.exec(text)?.[0];
      expect(path, text).toBeDefined();
      expect(routes).toContain(`'${path}'`);
    }
  });

  test('starts what nothing speaks to yet only when it is asked to', () => {
    const waiting = services.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name);
    expect(waiting).toEqual(['jaeger']);
  });
});

describe('the image', () => {
  test('holds no embedded database, and does not run as root', () => {
    const manifest = JSON.parse(textOf('package.json')) as {
      readonly optionalDependencies: Readonly<Record<string, string>>;
    };
    const removed = /rm -rf (.*) \\/.exec(dockerfile)?.[1]?.split(' ') ?? [];
    const kept = Object.keys(manifest.optionalDependencies).filter(
      (name) => !removed.some((path) => `node_modules/${name}/`.startsWith(`${path}/`)),
    );
    expect(kept).toEqual([]);
    expect(/^USER (\w+)$/m.exec(dockerfile)?.[1]).toBe('xtrading');
  });

  test('is given settings that the platform reads', () => {
    const text = /^ENV ([\s\S]*?)\nUSER/m.exec(dockerfile)?.[1] ?? '';
    const environment = Object.fromEntries(
      [...text.matchAll(/(XTRADING_\w+|PORT)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
    );
    expect(Object.keys(environment).length).toBeGreaterThan(2);
    expect(settingsOf(environment)).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('what watches the platform', () => {
  test('reads metrics from where they are', () => {
    const { scrape_configs: jobs } = parse(textOf('deploy/prometheus/prometheus.yml')) as {
      readonly scrape_configs: readonly {
        readonly job_name: string;
        readonly metrics_path: string;
        readonly dns_sd_configs: readonly { readonly names: readonly string[]; readonly port: number }[];
      }[];
    };
    const [job] = jobs;
    expect(job?.job_name).toBe('xtrading');
    expect(textOf('gateway/routes/health.ts')).toContain(`'${job?.metrics_path}'`);
    expect(job?.dns_sd_configs[0]).toMatchObject({ names: roles, port: Number(own.environment?.['PORT']) });
  });

  test('shows metrics that exist', () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const sources =
      textOf('gateway/metrics.ts') +
      textOf('gateway/request-counts.ts') +
      textOf('gateway/quarantined-gauge.ts') +
      textOf('gateway/queue-gauges.ts') +
      textOf('gateway/cluster-gauges.ts');
    const dashboard = JSON.parse(textOf('deploy/grafana/dashboards/platform.json')) as {
      readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
    };
    const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const shown = new Set(expressions.flatMap((expr) => [...expr.matchAll(/(\w+)\{/g)].map(([, name = '']) => name)));
    const missing = [...shown].filter(
      (name) =>
        name !== 'up' && // Prometheus' own
        registry.getSingleMetric(name) === undefined &&
        !new RegExp(`\\b${name.replace(/_bucket$/, '')}\\b`).test(sources),
    );
    expect(missing).toEqual([]);
    const ours = [...sources.matchAll(/'((?:http|websocket|actors?|service|backtest|cluster)_[a-z_]+)'/g)].map(
      ([, name = '']) => name,
    );
    expect(ours.length).toBeGreaterThan(5);
    expect(ours.filter((name) => !expressions.some((expr) => expr.includes(name)))).toEqual([]);
    registry.clear();
  });
});
