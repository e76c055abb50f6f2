/** All codes with which an actor refuses; `errors.ts` must have a status for each. */

import type {
  AccountRefusal,
  BacktestRefusal,
  BatchRefusal,
  DispatcherRefusal,
  ImportRefusal,
  InboxRefusal,
  MarketRefusal,
  StrategyRefusal,
  SymbolRefusal,
  UserRefusal,
} from '#actors';

export type RefusalCode =
  | (
      | AccountRefusal
      | BacktestRefusal
      | BatchRefusal
      | DispatcherRefusal
      | ImportRefusal
      | InboxRefusal
      | MarketRefusal
      | StrategyRefusal
      | SymbolRefusal
      | UserRefusal
    )['code']
  /** Of any actor, for a command that an operator has told it to leave out. */
  | 'command-skipped';
