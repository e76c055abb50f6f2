/**
 * The task that acts on signals: each becomes a command to the account under an id of its own, so that it
 * is done once however often it is tried. What has become too old is not begun any more; what a former
 * process had begun is found out, and counts.
 */

import { Outage } from '#kernel';
import type { ActorSystem, Answer, Clock } from '#kernel';
import type { Lists } from '#ports';
import { accountKind } from '../account/account.ts';
import type {
  AccountOrderType,
  AccountRefusal,
  AccountTimeInForce,
  AmendOrder,
  CancelOrder,
  OrderView,
  PlaceOrder,
} from '../account/account-messages.ts';
import { patiently } from '../slots/patience.ts';
import type { DeploymentSpec, PostponeStep, SettleSignals, SignalOutcome } from './deployment-messages.ts';
import type { KeyedSignal } from './deployment-state.ts';

export interface ActNeeds {
  readonly ask: ActorSystem['ask'];
  readonly lists: Pick<Lists, 'get'>;
  readonly clock: Clock;
}

export interface ActInput {
  readonly pending: readonly KeyedSignal[];
  readonly spec: DeploymentSpec;
}

export const actOnSignals = async (
  needs: ActNeeds,
  { pending, spec }: ActInput,
  signal: AbortSignal,
): Promise<SettleSignals | PostponeStep> => {
  const outcomes: SignalOutcome[] = [];
  try {
    for (const one of pending) outcomes.push(await actOn(needs, one, spec, signal));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Outage)) throw error;
  }
  return outcomes.length === 0 ? { type: 'PostponeStep' } : { type: 'SettleSignals', outcomes };
};

const actOn = async (
  { ask, lists, clock }: ActNeeds,
  keyed: KeyedSignal,
  spec: DeploymentSpec,
  signal: AbortSignal,
): Promise<SignalOutcome> => {
  const { view, orderId, actBefore } = keyed;
  const { id, accountId } = view;
  const tell = async (command: PlaceOrder | CancelOrder | AmendOrder, step: string) =>
    patiently<Answer<OrderView | null, AccountRefusal>>(
      () => ask(accountKind, accountId, command, { commandId: `signal ${step} ${id}` }),
      { clock, signal, isFinal: (error) => error instanceof Outage && error.code === 'quarantined' },
    );
  if (clock.now() < actBefore) return outcomeOf(id, await tell(commandOf(keyed, spec), 'act'));
  if (view.action !== 'place') return late(id);
  const order = await patiently(() => orderBegun({ ask, lists }, accountId, orderId), { clock, signal });
  if (order !== null) return { signalId: id, status: 'acted', code: null, reason: null, order };
  // Should the order still be on its way, it is refused when it comes.
  await tell({ type: 'CancelOrder', orderId }, 'forgo');
  return late(id);
};

/** The order, where a former process has placed it; also one that the account itself has forgotten since. */
const orderBegun = async (
  { ask, lists }: Omit<ActNeeds, 'clock'>,
  accountId: string,
  orderId: string,
): Promise<OrderView | null> => {
  const answer = await ask(accountKind, accountId, { type: 'GetOrder', orderId });
  if (answer.type === 'replied') return answer.reply;
  const entry = await lists.get('orders', orderId);
  return entry === null ? null : (entry.doc as unknown as OrderView); // the list of orders holds orders as their account shows them
};

const commandOf = (
  { orderId, view }: KeyedSignal,
  { feeds }: DeploymentSpec,
): PlaceOrder | CancelOrder | AmendOrder => {
  const { action, symbol, side, orderType, timeInForce, quantity, limitPrice } = view;
  if (action === 'cancel') return { type: 'CancelOrder', orderId };
  if (action === 'amend')
    return { type: 'AmendOrder', orderId, quantity, ...(limitPrice === null ? {} : { limitPrice }) };
  const { tick = '0', lot = '0' } = feeds.find((feed) => feed.symbol === symbol) ?? {};
  return {
    type: 'PlaceOrder',
    orderId,
    // The part that is the order's own.
    clientOrderId: orderId.slice(orderId.lastIndexOf('.') + 1),
    symbol,
    side,
    // What accounts do not take has been sorted out before.
    orderType: orderType as AccountOrderType,
    timeInForce: timeInForce as AccountTimeInForce,
    quantity,
    limitPrice,
    grid: { tick, lot, minQuantity: null },
  };
};

const outcomeOf = (signalId: string, answer: Answer<OrderView | null, AccountRefusal>): SignalOutcome =>
  answer.type === 'replied'
    ? { signalId, status: 'acted', code: null, reason: null, order: answer.reply }
    : { signalId, status: 'refused', code: answer.refusal.code, reason: answer.refusal.message, order: null };

const late = (signalId: string): SignalOutcome => ({
  signalId,
  status: 'skipped',
  code: 'signal-stale',
  reason: 'It could not be done in time.',
  order: null,
});
