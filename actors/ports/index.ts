/** The door of the ports: what actors and the gateway need from outside. */

export * from './lists.ts';
export * from './history.ts';
export * from './live-markets.ts';
export * from './results.ts';
export * from './job-runner.ts';
export * from './keys.ts';
export * from './git-objects.ts';
export * from './idempotency.ts';
export * from './mail.ts';
export * from './importer.ts';
export * from './reports.ts';
export * from './exports.ts';
export * from './cluster-nodes.ts';
export * from './node-alone.ts';
export * from './dead-letters.ts';
export * from './event-publishing.ts';
export * from './cluster-config.ts';
export * from './shared-buckets.ts';
