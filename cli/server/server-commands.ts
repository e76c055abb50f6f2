/** The commands that talk to a server; each is loaded only when it is asked for. */

import type { CommandEntry } from '../main.ts';

export const serverCommands: Readonly<Record<string, CommandEntry>> = {
  login: {
    summary: 'Sign in at a server',
    load: async () => (await import('../commands/login.ts')).loginCommand,
  },
  logout: {
    summary: 'End the session at a server',
    load: async () => (await import('../commands/login.ts')).logoutCommand,
  },
  import: {
    summary: 'Bring a file of prices to a server',
    load: async () => (await import('../commands/import.ts')).importCommand,
  },
  'strategy push': {
    summary: 'Bring a strategy to a server, as a new one or a new version',
    load: async () => (await import('../commands/strategy-push.ts')).strategyPushCommand,
  },
  'strategy list': {
    summary: 'List your strategies',
    load: async () => (await import('../commands/strategy-list.ts')).strategyListCommand,
  },
  'strategy test': {
    summary: 'Try a strategy out on a short sample',
    load: async () => (await import('../commands/strategy-list.ts')).strategyTestCommand,
  },
  'strategy versions': {
    summary: 'List the versions of a strategy',
    load: async () => (await import('../commands/strategy-versions.ts')).strategyVersionsCommand,
  },
  'strategy diff': {
    summary: 'Show what changed between two versions',
    load: async () => (await import('../commands/strategy-versions.ts')).strategyDiffCommand,
  },
  'strategy restore': {
    summary: 'Make an older version the newest',
    load: async () => (await import('../commands/strategy-versions.ts')).strategyRestoreCommand,
  },
  'strategy run': {
    summary: 'Run a strategy live on a paper account',
    load: async () => (await import('../commands/strategy-run.ts')).strategyRunCommand,
  },
  'deployment list': {
    summary: 'List where your strategies run live',
    load: async () => (await import('../commands/deployment.ts')).deploymentListCommand,
  },
  'deployment show': {
    summary: 'Show a strategy that runs live',
    load: async () => (await import('../commands/deployment.ts')).deploymentShowCommand,
  },
  'deployment pause': {
    summary: 'Let a strategy decide without acting',
    load: async () => (await import('../commands/deployment.ts')).deploymentPauseCommand,
  },
  'deployment resume': {
    summary: 'Let a strategy act again',
    load: async () => (await import('../commands/deployment.ts')).deploymentResumeCommand,
  },
  'deployment stop': {
    summary: 'End a strategy that runs live',
    load: async () => (await import('../commands/deployment.ts')).deploymentStopCommand,
  },
  signals: {
    summary: 'Show what your running strategies want, and what became of it',
    load: async () => (await import('../commands/signals.ts')).signalsCommand,
  },
  'backtest run': {
    summary: 'Run a backtest on a server',
    load: async () => (await import('../commands/backtest-run.ts')).backtestRunCommand,
  },
  'backtest batch': {
    summary: 'Run many backtests on a server, and rank them',
    load: async () => (await import('../commands/backtest-batch.ts')).backtestBatchCommand,
  },
  'backtest list': {
    summary: 'List your backtests and batches',
    load: async () => (await import('../commands/backtest-list.ts')).backtestListCommand,
  },
  'backtest show': {
    summary: 'Show what came of a backtest or a batch',
    load: async () => (await import('../commands/backtest-list.ts')).backtestShowCommand,
  },
  'backtest cancel': {
    summary: 'Cancel a backtest or a batch',
    load: async () => (await import('../commands/backtest-list.ts')).backtestCancelCommand,
  },
  'account list': {
    summary: 'List your paper accounts',
    load: async () => (await import('../commands/account.ts')).accountListCommand,
  },
  'account show': {
    summary: 'Show an account at live prices',
    load: async () => (await import('../commands/account.ts')).accountShowCommand,
  },
  'account create': {
    summary: 'Open a paper account',
    load: async () => (await import('../commands/account.ts')).accountCreateCommand,
  },
  'account deposit': {
    summary: 'Pay play money in',
    load: async () => (await import('../commands/account.ts')).accountDepositCommand,
  },
  'order place': {
    summary: 'Place an order',
    load: async () => (await import('../commands/order-place.ts')).orderPlaceCommand,
  },
  'order list': {
    summary: 'List your orders',
    load: async () => (await import('../commands/order-place.ts')).orderListCommand,
  },
  'order cancel': {
    summary: 'Cancel an order, or all of them',
    load: async () => (await import('../commands/order-place.ts')).orderCancelCommand,
  },
  notifications: {
    summary: 'Show your inbox',
    load: async () => (await import('../commands/notifications.ts')).notificationsCommand,
  },
  'actor list': {
    summary: 'List what failed and waits, and the actors of a kind',
    load: async () => (await import('../commands/actor.ts')).actorListCommand,
  },
  'actor show': {
    summary: 'Show one actor, and why it is left alone',
    load: async () => (await import('../commands/actor.ts')).actorShowCommand,
  },
  'actor history': {
    summary: 'List the events of an actor',
    load: async () => (await import('../commands/actor.ts')).actorHistoryCommand,
  },
  'actor state': {
    summary: 'Print the state of an actor, now or in the past',
    load: async () => (await import('../commands/actor.ts')).actorStateCommand,
  },
  'actor retry': {
    summary: 'Let a failed actor try again',
    load: async () => (await import('../commands/actor-operate.ts')).actorRetryCommand,
  },
  'actor skip': {
    summary: 'Have a failed actor go on without what it failed on',
    load: async () => (await import('../commands/actor-operate.ts')).actorSkipCommand,
  },
  'actor stop': {
    summary: 'End an actor in memory; it comes back from the journal',
    load: async () => (await import('../commands/actor-operate.ts')).actorStopCommand,
  },
  'actor outbox': {
    summary: 'List messages between actors that have no answer yet',
    load: async () => (await import('../commands/actor-outbox.ts')).actorOutboxCommand,
  },
  'actor outbox retry': {
    summary: 'Have one of them tried at once',
    load: async () => (await import('../commands/actor-outbox.ts')).actorOutboxRetryCommand,
  },
  'cluster config get': {
    summary: 'Show the settings of the whole cluster',
    load: async () => (await import('../commands/cluster-config.ts')).clusterConfigGetCommand,
  },
  'cluster config set': {
    summary: 'Set one of them',
    load: async () => (await import('../commands/cluster-config.ts')).clusterConfigSetCommand,
  },
  'cluster config unset': {
    summary: 'Let one have its default again',
    load: async () => (await import('../commands/cluster-config.ts')).clusterConfigUnsetCommand,
  },
  'cluster config watch': {
    summary: 'Show changes as they come',
    load: async () => (await import('../commands/cluster-config.ts')).clusterConfigWatchCommand,
  },
  'cluster config history': {
    summary: 'List the last changes of one',
    load: async () => (await import('../commands/cluster-config.ts')).clusterConfigHistoryCommand,
  },
  'cluster status': {
    summary: 'Show the nodes, and what each has to do',
    load: async () => (await import('../commands/cluster-nodes.ts')).clusterStatusCommand,
  },
  'cluster drain': {
    summary: 'Have a node give away its actors',
    load: async () => (await import('../commands/cluster-nodes.ts')).clusterDrainCommand,
  },
  'cluster resume': {
    summary: 'Let a drained node have actors again',
    load: async () => (await import('../commands/cluster-nodes.ts')).clusterResumeCommand,
  },
};
