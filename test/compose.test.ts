/** Holds docker-compose.yml, the image and what watches the platform to the platform itself. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from './command.ts';
import { textOf } from './repository/tracked-files.ts';
import { expectSettings, settingsOf } from './settings-of.ts';
import { stopSecondsMax } from './stop-bounds.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly container_name?: string;
  readonly hostname?: string;
  readonly stop_grace_period?: string;
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
const nodeNames = ['gateway', 'actors', 'runner'] as const;
const nodes = nodeNames.map((name) => {
  const service = compose.services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return { ...service, name };
});
const dockerfile = textOf('Dockerfile');

/** What compose makes of a text, with these values for variables that have no default. */
const interpolated = (text: string, given: (name: string) => string): string =>
  text.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, operator: string, rest: string) =>
    operator === '-' ? rest : given(name),
  );

describe.each(nodes)('$name in docker-compose.yml', (node) => {
  test('is given settings that it reads, with values that it takes', () => {
    const environment = Object.fromEntries(
      Object.entries(node.environment ?? {}).map(([name, text]) => [
        name,
        interpolated(text, (variable) => (variable.endsWith('EMAIL') ? 'admin@example.com' : 'Ab1Ab1Ab1Ab1')),
      ]),
    );
    expectSettings(environment);
  });

  test('does what its name says, and the three together do everything', () => {
    expect(node.environment?.['XTRADING_ROLES']).toBe(node.name);
    const every = settingsOf({}).find(({ name }) => name === 'XTRADING_ROLES')?.value;
    expect([...nodeNames].toSorted().join()).toBe(every);
  });

  test('finds its servers by the names of their services', () => {
    for (const name of ['DATABASE_URL', 'CLICKHOUSE_URL', 'NATS_URL']) {
      const { hostname } = new URL(interpolated(node.environment?.[name] ?? '', () => 'secret'));
      expect(node.depends_on).toHaveProperty([hostname, 'condition'], 'service_healthy');
      const reached = compose.services[hostname]?.networks ?? [];
      expect(
        reached.some((network) => node.networks?.includes(network)),
        name,
      ).toBe(true);
    }
  });

  test('can be there many times: with no port, name or folder that only one can have', () => {
    expect(node.ports).toBeUndefined();
    expect(node.container_name).toBeUndefined();
    expect(node.hostname).toBeUndefined();
    // Each is then named by its container, which Docker names differently.
    expect(node.environment).not.toHaveProperty('XTRADING_NODE');
    expect(node.volumes).toEqual([node.environment?.['XTRADING_DATA']]);
  });

  test('is given more time to end than all of it may take', () => {
    const seconds = Number(/^(\d+)s$/.exec(node.stop_grace_period ?? '')?.[1]);
    expect(seconds).toBeGreaterThan(stopSecondsMax());
  });
});

describe('the network of docker-compose.yml', () => {
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
    const gateway = compose.services['gateway']?.networks ?? [];
    expect(compose.services['balancer']?.networks?.some((network) => gateway.includes(network))).toBe(true);
    for (const { networks, name } of nodes)
      expect(
        compose.services['prometheus']?.networks?.some((network) => networks?.includes(network)),
        name,
      ).toBe(true);
  });

  test('leads from where strategies run to nowhere outside', () => {
    const networks = compose.services['runner']?.networks ?? [];
    expect(networks.filter((network) => compose.networks[network]?.internal !== true)).toEqual([]);
  });
});

test('docs/platform.md says what each setting is', () => {
  const listed = settingsOf({});
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
    for (const [service, { command = [] }] of services) {
      const told = command.map((word, place) => ({ service, name: word, value: command[place + 1] ?? '' }));
      secrets.push(...told.filter(({ name }) => name === '--requirepass'));
      secrets.push(
        ...command.filter((word) => word.startsWith('--pass=')).map((value) => ({ service, name: value, value })),
      );
    }
    expect(new Set(secrets.map(({ service }) => service))).toEqual(
      new Set(['gateway', 'actors', 'runner', 'postgres', 'clickhouse', 'nats', 'redis', 'grafana']),
    );
    for (const { service, name, value } of secrets)
      expect(value, `${service} ${name}`).toMatch(optional.includes(name) ? /^\$\{\w+:-\}$/ : /\$\{\w+:\?[^}]+\}/);
  });

  test('gives everything that keeps data a volume', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    // Without a name: of one container alone.
    const named = mounted.filter((source) => !/^\.?\//.test(source));
    expect(named.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
    for (const service of ['postgres', 'clickhouse', 'prometheus', 'grafana', 'nats', 'redis'])
      expect(
        compose.services[service]?.volumes?.some((volume) => volume.startsWith(`${service}-data:`)),
        service,
      ).toBe(true);
    expect(mounted.filter((source) => source.startsWith('./') && !existsSync(join(root, source)))).toEqual([]);
  });

  test('asks for health where there is an answer', () => {
    const routes = textOf('gateway/routes/health.ts');
    const asked = [
      ...nodes.map(({ healthcheck }) => healthcheck?.test.join(' ') ?? ''),
      compose.services['balancer']?.healthcheck?.test.join(' ') ?? '',
      /HEALTHCHECK[\s\S]*?CMD (.*)/.exec(dockerfile)?.[1] ?? '',
    ];
    for (const text of asked) {
      const path = /\/health\/\w+/.exec(text)?.[0];
      expect(path, text).toBeDefined();
      expect(routes).toContain(`'${path}'`);
    }
  });

  test('has a check of health for all but what shows traces, which starts only when it is asked to', () => {
    expect(services.filter(([, { healthcheck }]) => healthcheck === undefined).map(([name]) => name)).toEqual([
      'jaeger',
    ]);
    expect(services.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name)).toEqual(['jaeger']);
  });
});

test('the balancer finds every gateway, and asks again who is there', () => {
  const { environment = {} } = compose.services['gateway'] ?? {};
  const text = textOf('deploy/balancer/nginx.conf');
  expect(text).toContain(`server gateway:${environment['PORT']} resolve `);
  expect(text).toMatch(/resolver 127\.0\.0\.11 valid=\ds/);
  expect(text).toMatch(/upstream gateways \{[^}]*zone gateways /);
  // Below that, `resolve` is for customers of its makers alone.
  const [, minor = 0, patch = 0] = /^nginx:1\.(\d+)\.(\d+)-/.exec(compose.services['balancer']?.image ?? '') ?? [];
  expect(Number(minor) * 100 + Number(patch)).toBeGreaterThanOrEqual(2_703);
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
    expectSettings(environment);
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
    const [found] = job?.dns_sd_configs ?? [];
    expect(found?.names).toEqual(nodeNames);
    for (const { environment } of nodes) expect(found?.port).toBe(Number(environment?.['PORT']));
  });

  test('shows metrics that exist', () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const gauges = [
      'quarantined-gauge',
      'queue-gauges',
      'cluster-gauges',
      'outbox-gauges',
      'publishing-gauges',
      'mail-gauges',
      'series-cache-gauges',
    ];
    const sources = ['metrics', 'request-counts', ...gauges].map((file) => textOf(`gateway/${file}.ts`)).join('\n');
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
    const ours = [
      ...sources.matchAll(
        /'((?:http|websocket|actors?|service|backtest|outbox|events|mails|cluster|series)_[a-z_]+)'/g,
      ),
    ].map(([, name = '']) => name);
    expect(ours.length).toBeGreaterThan(5);
    expect(ours.filter((name) => !expressions.some((expr) => expr.includes(name)))).toEqual([]);
    registry.clear();
  });
});
