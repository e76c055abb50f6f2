/** Deployments and signals as people read them. */

import type { Deployment, Signal } from '#sdk';
import type { Terminal } from '../terminal.ts';
import { money } from './money.ts';
import { shortTime, table } from './table.ts';

export const deploymentText = (deployment: Deployment, terminal: Terminal): string => {
  const { id, strategyName, strategyVersion, accountId, feeds, params, status, failure, signals } = deployment;
  const { startedAt, lastBarAt, isWarm, differences, openOrders, latestSignals } = deployment;
  const lines = [
    ['version', String(strategyVersion)],
    ['account', accountId],
    ['data', feeds.map(({ symbol, interval }) => `${symbol} (${interval})`).join(', ')],
    [
      'parameters',
      Object.entries(params)
        .map(([name, value]) => `${name}=${String(value)}`)
        .join(' ') || 'defaults',
    ],
    ['started', `${shortTime(startedAt)} UTC`],
    [
      'last bar',
      lastBarAt === null ? 'none yet' : `${shortTime(lastBarAt)} UTC${isWarm === false ? ', still warming up' : ''}`,
    ],
    [
      'signals',
      `${signals.acted} acted on, ${signals.refused} refused, ${signals.skipped} skipped, ${signals.pending} pending`,
    ],
    ['open orders', String(openOrders)],
    ...(differences === 0 ? [] : [['differences', `${differences} orders would now be made otherwise`]]),
  ].map(([title = '', text = '']) => `  ${title.padEnd(13)}${text}`);
  return [
    `${terminal.style('bold', strategyName)}  ${terminal.style(colourOf[status], status)}`,
    ...(failure === null ? [] : [`  ${failure.message}${placeOf(failure)}`]),
    ...lines,
    ...(latestSignals.length === 0 ? [] : ['', signalsText(latestSignals, terminal), '']),
    terminal.style('dim', `deployment ${id}`),
  ].join('\n');
};

const colourOf = { active: 'green', paused: 'yellow', stopped: 'dim', failed: 'red' } as const;

const placeOf = ({ file, line }: NonNullable<Deployment['failure']>): string =>
  line === null ? '' : ` (${file ?? 'line'}:${line})`;

export const signalsText = (signals: readonly Signal[], terminal: Terminal): string =>
  table(
    signals,
    [
      { title: 'bar (UTC)', text: ({ barAt }) => shortTime(barAt) },
      { title: 'strategy', text: ({ strategyName }) => strategyName },
      { title: 'wants', text: wantOf },
      { title: 'outcome', text: outcomeOf },
    ],
    terminal,
  );

/** One line, for those who watch. */
export const signalText = (signal: Signal, terminal: Terminal): string =>
  `${terminal.style('dim', shortTime(signal.at))}  ${signal.strategyName}  ${wantOf(signal)}  ${outcomeOf(signal)}`;

const wantOf = ({ action, side, quantity, symbol, orderType, limitPrice }: Signal): string => {
  const what = `${side} ${quantity} ${symbol}`;
  if (action === 'cancel') return `cancel ${what}`;
  const price = limitPrice === null ? (orderType === 'market' ? '' : ` (${orderType})`) : ` at ${money(limitPrice)}`;
  return action === 'amend' ? `change to ${what}${price}` : `${what}${price}`;
};

const outcomeOf = ({ status, code, reason }: Signal): string =>
  code === null ? status : `${status}, ${code}: ${reason ?? ''}`;
