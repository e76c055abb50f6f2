/** Holds the manifests in deploy/kubernetes to the platform itself, and to each other. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { capture, root } from './command.ts';
import { textOf } from './repository/tracked-files.ts';
import { stopSecondsMax } from './stop-bounds.ts';

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string; readonly optional?: boolean };
    readonly fieldRef?: { readonly fieldPath: string };
  };
}

interface HttpProbe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

interface Container {
  readonly image: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly env: readonly Variable[];
  readonly startupProbe: HttpProbe;
  readonly livenessProbe: HttpProbe;
  readonly readinessProbe: HttpProbe;
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly resources: { readonly requests: Readonly<Record<string, string>> };
  readonly securityContext: unknown;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Pod {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly automountServiceAccountToken: boolean;
    readonly enableServiceLinks: boolean;
    readonly terminationGracePeriodSeconds: number;
    readonly securityContext: unknown;
    readonly containers: readonly [Container];
    readonly volumes: readonly { readonly name: string; readonly emptyDir?: unknown }[];
  };
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: unknown;
}

interface Workload extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly strategy?: unknown;
    readonly minReadySeconds?: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: Pod;
  };
}

interface ScaledObject extends Manifest {
  readonly spec: {
    readonly scaleTargetRef: { readonly name: string };
    readonly minReplicaCount: number;
    readonly maxReplicaCount: number;
    readonly triggers: readonly { readonly metadata: Readonly<Record<string, string>> }[];
  };
}

interface Scaler extends Manifest {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas: number;
    readonly maxReplicas: number;
  };
}

interface Kustomization {
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly { readonly name: string; readonly envs: readonly string[] }[];
  readonly images: readonly { readonly name: string; readonly newTag: string }[];
}

// Here and below: whatever is not of the form that its kind says fails the tests.
const folder = 'deploy/kubernetes';
const files = readdirSync(join(root, folder)).filter((name) => name.endsWith('.yaml'));
const documents = files.map((name) => ({ name, parsed: parseAllDocuments(textOf(`${folder}/${name}`)) }));
const kustomization = parse(textOf(`${folder}/kustomization.yaml`)) as Kustomization;
const manifests = documents
  .filter(({ name }) => name !== 'kustomization.yaml')
  .flatMap(({ parsed }) => parsed.map((document) => document.toJS() as Manifest));
const guide = textOf(`${folder}/README.md`);

const named = (kind: string, name: string): Manifest => {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (found === undefined) throw new Error(`There is no ${kind} ${name} in ${folder}.`);
  return found;
};

const workloads = [
  named('Deployment', 'gateway'),
  named('StatefulSet', 'actors'),
  named('Deployment', 'runner'),
] as readonly Workload[];
const each = workloads.map((workload) => {
  const { template } = workload.spec;
  return { name: workload.metadata.name, workload, pod: template, container: template.spec.containers[0] };
});

const scaledObject = named('ScaledObject', 'runner') as ScaledObject;
const scalers = manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler') as readonly Scaler[];

/** Of a constant in a source, as it is written there. */
const numberOf = (path: string, constant: string): number => {
  const [, digits] = new RegExp(`const ${constant} = ([\\d_]+);`).exec(textOf(path)) ?? [];
  if (digits === undefined) throw new Error(`${path} has no number ${constant}.`);
  return Number(digits.replaceAll('_', ''));
};

const total = (text: string, pattern: RegExp): number => {
  const seconds = [...text.matchAll(pattern)].map(([, digits]) => Number(digits));
  expect(seconds.length).toBeGreaterThan(1);
  return seconds.reduce((sum, one) => sum + one, 0);
};

/** What an operator might have put into the Secret. */
const secrets: Readonly<Record<string, string>> = {
  NATS_URL: 'nats://user:password@nats:4222',
  DATABASE_URL: 'postgres://user:password@postgres:5432/xtrading',
  CLICKHOUSE_URL: 'http://user:password@clickhouse:8123/xtrading',
  REDIS_URL: 'redis://redis:6379',
  XTRADING_ADMIN_EMAIL: 'you@example.com',
  XTRADING_ADMIN_PASSWORD: 'Ab1Ab1Ab1Ab1',
  XTRADING_SMTP_URL: 'smtps://user:password@mail.example.com',
  XTRADING_MAIL_FROM: 'xtrading@example.com',
};

/** The settings of all nodes, of the files that the config map is made of. */
const common = Object.fromEntries(
  kustomization.configMapGenerator
    .flatMap(({ envs }) => envs.flatMap((name) => textOf(`${folder}/${name}`).split('\n')))
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/=(.*)/, 2)),
) as Readonly<Record<string, string>>;

const valueOf = ({ value, valueFrom }: Variable, pod: string): string =>
  value ??
  (valueFrom?.fieldRef?.fieldPath === 'metadata.name' ? pod : secrets[valueFrom?.secretKeyRef?.key ?? '']) ??
  '';

const environmentOf = ({ env }: Container, pod: string): Readonly<Record<string, string>> => ({
  ...common,
  ...Object.fromEntries(env.map((variable) => [variable.name, valueOf(variable, pod)])),
});

describe('the kustomization', () => {
  test('is of manifests that parse, each with a kind and a name', () => {
    expect(
      documents.flatMap(({ parsed }) => parsed.flatMap(({ errors, warnings }) => [...errors, ...warnings])),
    ).toEqual([]);
    const names = manifests.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`);
    expect(names.filter((name) => name.includes('undefined'))).toEqual([]);
  });

  test('has every file that it names, and names every file but one of the two that scale runners', () => {
    const { resources, configMapGenerator } = kustomization;
    const used = [...resources, ...configMapGenerator.flatMap(({ envs }) => envs)];
    expect(used.filter((name) => !existsSync(join(root, folder, name)))).toEqual([]);
    const left = files.filter((name) => name !== 'kustomization.yaml' && !resources.includes(name));
    expect(left).toHaveLength(1);
    expect(['runner-keda.yaml', 'runner-hpa.yaml']).toContain(left[0]);
  });

  test('pins the image of this version', () => {
    const { version } = JSON.parse(textOf('package.json')) as { readonly version: string };
    expect(kustomization.images).toEqual([{ name: 'xtrading', newTag: version }]);
    expect(each.map(({ container }) => container.image)).toEqual(['xtrading', 'xtrading', 'xtrading']);
    expect(textOf('Dockerfile')).toContain('WORKDIR /app\n');
  });

  test('makes a namespace that it puts everything into', () => {
    expect(named('Namespace', kustomization.namespace)).toMatchObject({
      metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
  });
});

describe.each(each)('the pods of $name', ({ name, workload, pod, container }) => {
  test('are given settings that the platform reads, with values that it takes', () => {
    const environment = environmentOf(container, `${name}-0`);
    const { exitCode, stdout, stderr } = capture(process.execPath, ['cli/xtrading.js', 'config', '--json'], {
      environment: { PATH: process.env['PATH'], ...environment },
    });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    const listed = JSON.parse(stdout) as readonly { readonly name: string; readonly source: string }[];
    const read = listed.filter(({ source }) => source === 'environment').map((setting) => setting.name);
    expect(read.toSorted()).toEqual(Object.keys(environment).toSorted());
    expect(environment).toMatchObject({ XTRADING_ROLES: name, XTRADING_NODE: `${name}-0`, XTRADING_HOST: '0.0.0.0' });
    expect(pod.spec.enableServiceLinks).toBe(false);
  });

  test('have settings from the config map that is made, and addresses and passwords from the Secret alone', () => {
    expect(container.envFrom).toEqual([{ configMapRef: { name: kustomization.configMapGenerator[0]?.name } }]);
    const isSecret = (variable: string): boolean => /PASSWORD|SECRET|TOKEN|_URL$/.test(variable);
    expect(Object.keys(common).filter(isSecret)).toEqual([]);
    for (const { name: variable, value, valueFrom } of container.env)
      if (isSecret(variable)) expect({ variable, value }).toEqual({ variable, value: undefined });
      else expect(value ?? valueFrom, variable).toBeDefined();
    for (const { name: variable, valueFrom } of container.env)
      if (valueFrom?.secretKeyRef !== undefined)
        expect(valueFrom.secretKeyRef, variable).toMatchObject({ name: 'xtrading', key: variable });
  });

  test('are asked for health and metrics where there is an answer, and in time', () => {
    const routes = textOf('gateway/routes/health.ts');
    const { startupProbe, livenessProbe, readinessProbe, ports } = container;
    expect(livenessProbe.httpGet.path).toBe('/health/live');
    expect(startupProbe.httpGet.path).toBe('/health/live');
    expect(readinessProbe.httpGet.path).toBe('/health/ready');
    expect(ports).toEqual([{ name: 'http', containerPort: Number(common['PORT']) }]);
    for (const { httpGet, timeoutSeconds } of [startupProbe, livenessProbe, readinessProbe]) {
      expect(routes).toContain(`'${httpGet.path}'`);
      expect(httpGet.port).toBe('http');
      expect(timeoutSeconds * 1_000).toBeGreaterThan(numberOf('gateway/health.ts', 'probeTimeoutMs'));
    }
    const { annotations } = pod.metadata;
    expect(annotations['prometheus.io/port']).toBe(common['PORT']);
    expect(routes).toContain(`'${annotations['prometheus.io/path']}'`);
  });

  test('may take as long to start as the program gives itself', () => {
    const steps = textOf('cli/platform/start-steps.ts') + textOf('cli/platform/opening-databases.ts');
    const { periodSeconds, failureThreshold } = container.startupProbe;
    expect(periodSeconds * failureThreshold).toBeGreaterThan(total(steps, /Step = \{.*secondsMax: (\d+)/g));
  });

  test('are not killed while the program ends by itself', () => {
    const graceSeconds = pod.spec.terminationGracePeriodSeconds;
    const pauseSeconds = Number(container.lifecycle?.preStop.exec.command[1] ?? 0);
    expect(graceSeconds).toBeGreaterThan(pauseSeconds + stopSecondsMax());
  });

  test('have no rights, and write to nothing but what goes with them', () => {
    const [, user] = /useradd --system --uid (\d+)/.exec(textOf('Dockerfile')) ?? [];
    expect(pod.spec.automountServiceAccountToken).toBe(false);
    expect(pod.spec.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: Number(user),
      runAsGroup: Number(user),
      fsGroup: Number(user),
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const { volumes } = pod.spec;
    expect(volumes.filter(({ emptyDir }) => emptyDir === undefined)).toEqual([]);
    expect(container.volumeMounts.map((mount) => mount.name)).toEqual(volumes.map((volume) => volume.name));
    const paths = container.volumeMounts.map(({ mountPath }) => mountPath);
    expect(paths).toEqual([common['XTRADING_DATA'], '/tmp', '/app/node_modules/.cache']);
    expect(textOf('sandbox/runner-image.ts')).toContain(`join(root, 'node_modules', '.cache'`);
  });

  test('are found by their labels', () => {
    const { matchLabels } = workload.spec.selector;
    expect(matchLabels).toEqual({ 'app.kubernetes.io/name': name });
    expect(pod.metadata.labels).toEqual({ ...matchLabels, 'app.kubernetes.io/part-of': 'xtrading' });
  });
});

describe('gateways and actors', () => {
  test('are replaced one after the other, gateways when the next one is there', () => {
    const [gateway, actors] = workloads;
    expect(gateway?.spec.strategy).toMatchObject({ rollingUpdate: { maxUnavailable: 0 } });
    // The endpoints of a Service change later than a pod is told to end.
    expect(each.find(({ name }) => name === 'gateway')?.container.lifecycle).toBeDefined();
    expect(actors?.spec).toMatchObject({ replicas: 3, serviceName: 'actors' });
    const [, settleSeconds] = /settleSeconds'[^}]*byDefault: (\d+)/.exec(textOf('cluster/config/settings.ts')) ?? [];
    expect(actors?.spec.minReadySeconds).toBeGreaterThan(Number(settleSeconds));
    expect(named('Service', 'actors')).toMatchObject({ spec: { clusterIP: 'None' } });
    for (const name of ['gateway', 'actors']) {
      const selector = { 'app.kubernetes.io/name': name };
      expect(named('Service', name)).toMatchObject({ spec: { selector, ports: [{ port: 8080, targetPort: 'http' }] } });
      expect(named('PodDisruptionBudget', name)).toMatchObject({
        spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
      });
    }
  });
});

describe('autoscalers', () => {
  test('scale what is there, with bounds, and nobody else says how many', () => {
    expect(scalers.map(({ metadata }) => metadata.name).toSorted()).toEqual(['gateway', 'runner']);
    for (const { spec } of scalers) {
      const target = each.find(({ name }) => name === spec.scaleTargetRef.name);
      expect(target?.workload.kind).toBe(spec.scaleTargetRef.kind);
      expect(target?.workload.spec.replicas).toBeUndefined();
      // A share of what was asked for is what they go by.
      expect(target?.container.resources.requests).toHaveProperty('cpu');
      expect(spec.maxReplicas).toBeGreaterThan(spec.minReplicas);
    }
    const { scaleTargetRef, minReplicaCount, maxReplicaCount } = scaledObject.spec;
    expect({ ...scaleTargetRef, minReplicaCount, maxReplicaCount }).toEqual({
      name: 'runner',
      minReplicaCount: 1,
      maxReplicaCount: 64,
    });
  });

  test('ask for gauges that exist, and give a runner the work that it takes', () => {
    const gauges = [...textOf('gateway/queue-gauges.ts').matchAll(/\['([a-z_]+)',/g)].map(([, gauge]) => gauge);
    const [{ metadata } = { metadata: {} }, ...others] = scaledObject.spec.triggers;
    expect(others).toEqual([]);
    const [, asked] = /^max\((\w+)\)$/.exec(metadata['query'] ?? '') ?? [];
    expect(gauges).toContain(asked);
    const runner = each.find(({ name }) => name === 'runner');
    const runners = runner?.container.env.find(({ name }) => name === 'XTRADING_RUNNERS')?.value;
    expect(metadata['threshold']).toBe(runners);
    expect(runner?.container.resources.requests['cpu']).toBe(runners);
  });
});

describe('network policies', () => {
  const portsOf = (name: string, way: 'ingress' | 'egress'): readonly (number | string)[] => {
    const { spec } = named('NetworkPolicy', name) as Manifest & {
      readonly spec: Readonly<
        Record<string, readonly { readonly ports: readonly { readonly port: number | string }[] }[]>
      >;
    };
    return (spec[way] ?? []).flatMap(({ ports }) => ports.map(({ port }) => port));
  };

  test('let runners reach DNS, NATS, PostgreSQL and ClickHouse, and nobody reach them but Prometheus', () => {
    const selecting = manifests
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .filter(({ spec }) => {
        const { podSelector } = spec as {
          readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
        };
        const labels = each.find(({ name }) => name === 'runner')?.pod.metadata.labels;
        return Object.entries(podSelector.matchLabels).every(([label, value]) => labels?.[label] === value);
      });
    expect(selecting.map(({ metadata }) => metadata.name)).toEqual(['node']);
    expect(selecting[0]).toMatchObject({ spec: { policyTypes: ['Ingress', 'Egress'] } });
    const stores = ['NATS_URL', 'DATABASE_URL', 'CLICKHOUSE_URL'].map((name) =>
      Number(new URL(secrets[name] ?? '').port),
    );
    expect(portsOf('node', 'egress')).toEqual([53, 53, ...stores]);
    expect(portsOf('node', 'ingress')).toEqual(['http']);
  });

  test('let only gateways be reached by others, and reach what else they use', () => {
    expect(portsOf('gateway', 'ingress')).toEqual(['http']);
    expect(portsOf('gateway', 'egress')).toEqual([6379]);
    expect(portsOf('actors', 'ingress')).toEqual([]);
    expect(portsOf('actors', 'egress')).toEqual([465, 587]);
  });
});

test('the guide makes a Secret with all that has to be in it, and names what may be', () => {
  const keys = each.flatMap(({ container }) => container.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []));
  const needed = new Set(keys.filter(({ optional }) => optional !== true).map(({ key }) => key));
  const made = [...guide.matchAll(/--from-literal=(\w+)=/g)].map(([, key = '']) => key);
  expect(made.toSorted()).toEqual([...needed].toSorted());
  expect(keys.filter(({ key }) => !guide.includes(key))).toEqual([]);
});
