/** Stories of symbols, accounts and live strategies. */

import { accountKind, deploymentKind, strategyKind, symbolKind } from '#actors';
import type { DeploymentSpec, PlaceOrder, TakeBars } from '#actors';
import { minuteMs, source } from './story.ts';
import type { Story } from './story.ts';

export const symbol: Story = {
  name: 'symbol',
  kind: symbolKind,
  id: 'BTC-USD',
  async play({ tell }) {
    await tell(symbolKind, 'BTC-USD', { type: 'ListSymbol', tick: '0.01', lot: '0.00001', kind: 'crypto' });
    const feed = {
      type: 'synthetic',
      seed: 'one',
      startPrice: '64000',
      annualVolatility: 0.6,
      quotesPerSecond: 2,
    } as const;
    await tell(symbolKind, 'BTC-USD', { type: 'ListSymbol', description: 'Bitcoin', feed });
    const replay = { type: 'replay', interval: '1d', from: null, speed: 86_400, loop: true } as const;
    await tell(symbolKind, 'BTC-USD', { type: 'ListSymbol', currency: 'USD', feed: replay });
  },
};

export const ownedSymbol: Story = {
  name: 'symbol-owned',
  kind: symbolKind,
  id: 'QUUX',
  async play({ tell }) {
    const by = { userId: 'ada', mayManage: false };
    await tell(symbolKind, 'QUUX', { type: 'ClaimSymbol', by });
    await tell(symbolKind, 'QUUX', { type: 'ListSymbol', by, tick: '0.01', kind: 'stock' });
    await tell(symbolKind, 'QUUX', { type: 'ListSymbol', by, lot: '5' });
  },
};

export const account: Story = {
  name: 'account',
  kind: accountKind,
  id: 'ada.main',
  async play({ tell }) {
    const say = (command: Parameters<typeof tell<typeof accountKind>>[2]) => tell(accountKind, 'ada.main', command);
    const place = (number: number, changed: Partial<PlaceOrder>) =>
      say({
        type: 'PlaceOrder',
        orderId: `ada.o${number}`,
        clientOrderId: `c${number}`,
        symbol: 'GOOG',
        side: 'buy',
        orderType: 'limit',
        timeInForce: 'GTC',
        quantity: '10',
        limitPrice: '100',
        grid: { tick: '0.01', lot: '1', minQuantity: null },
        ...changed,
      });
    const quote = (bid: string, ask: string) =>
      say({ type: 'QuoteSeen', symbol: 'GOOG', bid, ask, last: bid, at: Date.UTC(2026, 0, 1) });
    await say({ type: 'OpenAccount', name: 'Main', currency: 'USD', initialCash: '10000', feeRate: '0.001' });
    await say({ type: 'Deposit', amount: '2500.50' });
    await say({ type: 'CancelOrder', orderId: 'ada.o0' });
    await place(1, {});
    await say({ type: 'AmendOrder', orderId: 'ada.o1', quantity: '12', limitPrice: '101.5' });
    await quote('101', '101.2');
    await place(2, { orderType: 'market', limitPrice: null, side: 'sell', quantity: '20' });
    await quote('102', '102.4');
    await place(3, { limitPrice: '50', timeInForce: 'DAY' });
    await say({ type: 'ExpireOrder', orderId: 'ada.o3' });
    await place(4, { limitPrice: '60', timeInForce: 'IOC' });
    await quote('103', '103.1');
    await place(5, { limitPrice: '55' });
    await say({ type: 'CancelOrder', orderId: 'ada.o5' });
    await place(6, { limitPrice: '56' });
    await place(7, { quantity: '1000000' });
    await say({ type: 'CancelAllOrders' });
    await place(8, { limitPrice: '57' });
    await say({ type: 'ResetAccount', initialCash: '5000' });
    await place(9, { limitPrice: '58', quantity: '3' });
  },
};

/** A minute of the deployment's market, by its number from the start. */
const minuteAt = (number: number): number => Date.UTC(2026, 0, 1) + number * minuteMs;
const minuteTaken = (number: number): TakeBars => ({
  type: 'TakeBars',
  feeds: [{ rows: [minuteAt(number), 100, 102, 99, 101, 5], partial: null, next: minuteAt(number + 1) }],
  since: minuteAt(0),
  startOver: null,
});

export const deployment: Story = {
  name: 'deployment',
  kind: deploymentKind,
  id: 'ada.d1',
  async play({ tell, wait }) {
    const say = (command: Parameters<typeof tell<typeof deploymentKind>>[2]) => tell(deploymentKind, 'ada.d1', command);
    const spec: DeploymentSpec = {
      strategyId: 'ada.cross',
      strategyName: 'cross',
      strategyVersion: 1,
      source: source('1'),
      accountId: 'ada.main',
      params: { fast: 5 },
      feeds: [{ id: 'main', symbol: 'BTC-USD', interval: '1m', tick: '0.01', lot: '0.001' }],
      seed: 7,
    };
    await say({ type: 'StartDeployment', spec, slot: 2 });
    wait(minuteMs);
    await say(minuteTaken(0));
    const standing = { cash: 10_000, free: 10_000, elsewhere: 0, positions: [{ quantity: 0, averagePrice: 0 }] };
    const order = { feed: 0, side: 'buy', type: 'market', quantity: 0.25, limit: null } as const;
    const key = { time: minuteAt(0), place: 0 };
    const placed = [{ action: 'place', key, ...order, timeInForce: 'GTC', tag: 'enter', problem: null } as const];
    const outcome = {
      bars: [{ time: minuteAt(0), orders: [order] }],
      placed,
      changed: [],
      differences: 0,
      isWarm: true,
    };
    const facts = { time: minuteAt(0), standing, news: [] };
    await say({ type: 'TakeDecision', until: minuteAt(0), facts, feeRate: 0.001, outcome });
    const place = `${minuteAt(0).toString(36)}-0`;
    const refusal = { code: 'insufficient-funds', reason: 'There is too little.', order: null } as const;
    await say({ type: 'SettleSignals', outcomes: [{ signalId: `ada.d1.${place}`, status: 'refused', ...refusal }] });
    await say({ type: 'PauseDeployment' });
    await say({ type: 'ResumeDeployment' });
    wait(minuteMs);
    await say(minuteTaken(1));
    const at = { file: 'strategy.ts', line: 3, column: 5, codeFrame: null };
    const diagnostic = {
      severity: 'error',
      code: 'strategy-threw',
      message: 'x is not defined',
      remedy: null,
      ...at,
    } as const;
    await say({ type: 'TakeFailure', until: minuteAt(1), diagnostic });
    // A failed one begins anew.
    await say({ type: 'ResumeDeployment' });
    await say({ type: 'StopDeployment' });
  },
};

export const deployedStrategy: Story = {
  name: 'strategy-deployed',
  kind: strategyKind,
  id: 'ada.live',
  async play({ tell, until }) {
    const say = (command: Parameters<typeof tell<typeof strategyKind>>[2]) => tell(strategyKind, 'ada.live', command);
    const details = { name: 'live', description: '', tags: [] };
    await say({ type: 'CreateStrategy', ...details, source: source('1'), message: 'First', by: 'ada' });
    await until({ kind: 'strategy', id: 'ada.live' }, 'VersionsKept');
    const note = { type: 'NoteDeployment', deploymentId: 'ada.d1', accountId: 'ada.main', at: minuteAt(1) } as const;
    await say({ ...note, status: 'active', seq: 1 });
    await say({ ...note, status: 'stopped', seq: 9 });
  },
};
