/** The types of the API. Made by `npm run sdk:generate` from its description; changes by hand are lost. */

export type Account = {
  readonly id: string;
  readonly name: string;
  readonly type: "paper";
  readonly currency: string;
  /** The ledger's balance. */
  readonly cash: string;
  /** Held for open buy orders. */
  readonly reserved: string;
  /** Cash and positions, at live prices where there are any, else at what the positions cost. */
  readonly equity: string;
  readonly realisedProfit: string;
  /** Paid so far. */
  readonly fees: string;
  readonly positions: readonly ({
    readonly symbol: string;
    /** Units; negative when short. */
    readonly quantity: string;
    /** What a unit of the open position cost on average. */
    readonly averagePrice: string;
    /** The live price that it is valued at; null while the market is silent. */
    readonly lastPrice: string | null;
    /** In the currency of the account, at lastPrice. */
    readonly unrealisedProfit: string | null;
    /** In the currency of the account, of what was closed. */
    readonly realisedProfit: string;
  })[];
  readonly openOrders: number;
  readonly createdAt: string;
  readonly version: number;
};

export type AccountPerformance = {
  readonly accountId: string;
  readonly realisedProfit: string;
  /** At live prices where there are any. */
  readonly unrealisedProfit: string;
  readonly fees: string;
  readonly equity: string;
  /** Of all that was paid in. */
  readonly returnPercent: string;
  readonly maxDrawdownPercent: string;
  /** Fills that closed a position or a part of one. */
  readonly trades: number;
  /** null before the first trade. */
  readonly winRatePercent: string | null;
  readonly bySymbol: readonly ({
    readonly symbol: string;
    readonly realisedProfit: string;
    readonly fees: string;
    readonly fills: number;
  })[];
  /** After each fill and deposit, at most 500. */
  readonly equityCurve: readonly ({
    readonly at: string;
    readonly equity: string;
  })[];
};

export type Actor = {
  readonly kind: string;
  readonly id: string;
  /** asleep: not in memory; its next message brings it back. */
  readonly status: "asleep" | "recovering" | "live" | "restarting" | "stopping" | "quarantined" | "gone";
  /** Messages that wait */
  readonly mailboxMessages: number;
  /** Of those beyond the first few, which are not measured */
  readonly mailboxBytes: number;
  /** Decided, and on the way to the journal */
  readonly uncommittedWrites: number;
  /** Number of the newest event */
  readonly seq: number;
  /** Characters of the state as JSON, where it is in memory */
  readonly stateSize: number | null;
  /** Since it came into memory */
  readonly restarts: number;
  readonly lastFailure: {
    readonly message: string;
    readonly at: string;
  } | null;
  readonly lastTurnAt: string | null;
  /** volatile: what it knows is lost when it ends, and it has no history. */
  readonly durability: "journal" | "volatile";
  readonly quarantine: Quarantine | null;
};

export type ActorEvent = {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  /** Of the form of its payload */
  readonly version: number;
  /** As it is stored; a text where it is no JSON. */
  readonly payload: unknown;
};

export type ActorState = {
  /** Number of the newest event in it */
  readonly seq: number;
  /** As JSON */
  readonly state: unknown;
};

export type Backtest = {
  readonly kind: "single";
  readonly id: string;
  readonly owner: string;
  readonly strategyId: string;
  readonly strategyName: string;
  readonly strategyVersion: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** Values of the parameters that the strategy declares; absent ones take their defaults. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly feeds: readonly ({
    readonly id: string;
    readonly symbol: string;
    readonly interval: string;
  })[];
  readonly from: string | null;
  readonly to: string | null;
  readonly profile: string;
  readonly status: "queued" | "reserved" | "running" | "storing" | "completed" | "failed" | "cancelled";
  readonly attempts: number;
  /** Whose result counts; set when completed. */
  readonly attemptId: string | null;
  readonly statistics: Readonly<Record<string, number | null>> | null;
  /** Equal runs have equal hashes. */
  readonly tradeHash: string | null;
  readonly failure: Diagnostic | null;
  readonly startedAt: string | null;
  readonly version: number;
};

export type BacktestResults = {
  readonly kind: "single";
  readonly attemptId: string;
  readonly tradeHash: string;
  /** Values of the parameters that the strategy declares; absent ones take their defaults. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Percentages are fractions: 0.25 is 25 %. null: too few samples. */
  readonly statistics: Readonly<Record<string, number | null>>;
  /** The reproduced engine's own statistics, where it has some. */
  readonly profileStatistics: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly feeds: readonly ({
    readonly id: string;
    readonly symbol: string;
    readonly timeframeMs: number;
    readonly bars: number;
    readonly firstTime: string;
    readonly lastTime: string;
  })[];
  readonly notes: readonly string[];
};

export type Bar = {
  /** When the bar begins. */
  readonly time: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  /** Units. */
  readonly volume: string;
};

export type Batch = {
  readonly kind: "batch";
  readonly id: string;
  readonly owner: string;
  readonly strategyId: string;
  readonly strategyName: string;
  readonly strategyVersion: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly feedSets: readonly (readonly ({
    readonly id: string;
    readonly symbol: string;
    readonly interval: string;
  })[])[];
  readonly periods: readonly ({
    readonly from: string | null;
    readonly to: string | null;
  })[];
  readonly rankBy: string;
  readonly status: "queued" | "running" | "completed" | "failed" | "cancelled";
  /** Backtests in all. */
  readonly members: number;
  readonly done: number;
  readonly failed: number;
  /** By the strategy's constraint. */
  readonly excluded: number;
  readonly failure: string | null;
  /** Makes it a batch: many backtests of one strategy. */
  readonly plan: {
    readonly type: "grid";
    /** What to try of each parameter: a list, { from, to, step }, or a text such as "20..200:20". */
    readonly grid: Readonly<Record<string, unknown>>;
  } | {
    readonly type: "random";
    /** What to try of each parameter: a list, { from, to, step }, or a text such as "20..200:20". */
    readonly space: Readonly<Record<string, unknown>>;
    /** Combinations to draw. */
    readonly count: number;
    /** Of all randomness: the same seed gives the same result. */
    readonly seed?: number | string;
  } | {
    readonly type: "list";
    readonly params: readonly Readonly<Record<string, unknown>>[];
  } | {
    readonly type: "walk-forward";
    /** What to try of each parameter: a list, { from, to, step }, or a text such as "20..200:20". */
    readonly grid: Readonly<Record<string, unknown>>;
    readonly windows: number;
    /** Part that chooses. Default 0.7. */
    readonly inSampleShare?: number;
    /** Every window begins at the first bar. */
    readonly anchored?: boolean;
  };
  /** Best first, at most 20. */
  readonly best: readonly ({
    readonly index: number;
    /** Values of the parameters that the strategy declares; absent ones take their defaults. */
    readonly params: Readonly<Record<string, unknown>>;
    /** Percentages are fractions: 0.25 is 25 %. null: too few samples. */
    readonly statistics: Readonly<Record<string, number | null>>;
    readonly tradeHash: string;
  })[];
  readonly attemptIds: readonly string[];
  readonly walkForward: readonly ({
    readonly index: number;
    readonly windows: readonly ({
      readonly inSampleFrom: string;
      readonly outOfSampleFrom: string;
      readonly outOfSampleTo: string | null;
      readonly params: Readonly<Record<string, unknown>> | null;
      readonly inSampleScore: number | null;
      readonly outOfSampleScore: number | null;
      readonly outOfSampleReturn: number | null;
      readonly degradation: number | null;
    })[];
    /** Mean of out-of-sample score ÷ in-sample score. */
    readonly degradation: number | null;
    readonly profitableWindows: number | null;
  })[];
  readonly version: number;
};

export type BatchMember = {
  readonly index: number;
  /** Values of the parameters that the strategy declares; absent ones take their defaults. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly symbols: readonly string[];
  readonly statistics: Readonly<Record<string, number | null>> | null;
  readonly tradeHash: string | null;
  /** Why it has no statistics. */
  readonly failure: string | null;
  /** Currency, at most 500 points. */
  readonly equity: readonly number[];
};

export type Check = {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly declared: Declared | null;
  /** Of the sample run. */
  readonly trades: number | null;
  /** Of the sample run. */
  readonly bars: number | null;
};

export type Cluster = {
  /** false: the program is alone. */
  readonly isCluster: boolean;
  readonly isNatsConnected: boolean;
  /** Shards that nobody alive has: their actors wait. */
  readonly unownedShards: number;
  /** Roles of those shards: no node with it is there, or it has not claimed them yet. */
  readonly unownedRoles: readonly string[];
  /** Messages that wait for a shard to have an owner */
  readonly parkedMessages: number;
  /** Of other nodes, not answered yet */
  readonly outstandingAsks: number;
  readonly nodes: readonly ClusterNode[];
};

export type ClusterNode = {
  /** The same after a restart */
  readonly name: string;
  /** One run of the program */
  readonly incarnation: string;
  /** The one that answers */
  readonly isSelf: boolean;
  /** leaving: it gives away what it has; cut-off: the others do not reach it, and have what it had; lapsed: others may claim it. */
  readonly state: "active" | "leaving" | "cut-off" | "lapsed";
  readonly roles: readonly string[];
  /** Its share of the actors, against those of the others */
  readonly weight: number;
  /** Backtests that it runs at once */
  readonly runners: number;
  readonly version: string;
  readonly address: string | null;
  readonly joinedAt: string;
  readonly shards: number;
  readonly load: {
    /** How long ago it has said so */
    readonly ageMs: number;
    /** Actors in memory */
    readonly actors: number;
    readonly mailboxMessages: number;
    /** Of one core, over the last second: 1 is one core in full use */
    readonly cpu: number;
    readonly memoryBytes: number;
    readonly backtestsRunning: number;
  } | null;
  readonly link: {
    /** On the way to it from the node that answers */
    readonly backlogBytes: number;
    /** It does not acknowledge what it is told. */
    readonly isStalled: boolean;
  } | null;
};

export type ClusterSetting = {
  readonly name: string;
  readonly help: string;
  /** What counts; null: as each node’s environment says. */
  readonly value: string | null;
  readonly byDefault: string | null;
  readonly isSet: boolean;
  /** Of the newest change; null: there was none. */
  readonly revision: number | null;
  /** The user who has made it. */
  readonly author: string | null;
  readonly at: string | null;
  /** Why what is stored does not count. */
  readonly problem: string | null;
};

export type Declared = {
  readonly name: string;
  readonly description: string | null;
  /** Each with its type, default and range. */
  readonly params: Readonly<Record<string, unknown>>;
  /** What it trades on, or "all". */
  readonly data: unknown;
  readonly hasConstraint: boolean;
};

/** A strategy that runs live on an account. */
export type Deployment = {
  readonly id: string;
  readonly strategyId: string;
  readonly strategyName: string;
  readonly strategyVersion: number;
  readonly accountId: string;
  /** Values of the parameters that the strategy declares; absent ones take their defaults. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly feeds: readonly ({
    readonly id: string;
    readonly symbol: string;
    readonly interval: string;
  })[];
  /** Of all randomness: the same seed gives the same result. */
  readonly seed: number | string;
  readonly status: "active" | "paused" | "stopped" | "failed";
  readonly failure: Diagnostic | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** The first bar at which the strategy acted with the memory that it has now. */
  readonly actsFromAt: string;
  readonly lastBarAt: string | null;
  readonly lastDecidedAt: string | null;
  /** Whether the indicators have seen enough bars; null before the first decision. */
  readonly isWarm: boolean | null;
  /** Orders of past bars that the strategy, run again, would now make otherwise than it did. */
  readonly differences: number;
  /** How many there were, by what became of them. */
  readonly signals: {
    readonly pending: number;
    readonly acted: number;
    readonly refused: number;
    readonly skipped: number;
  };
  readonly openOrders: number;
  /** The newest first, at most 20. */
  readonly latestSignals: readonly Signal[];
  readonly version: number;
};

export type Diagnostic = {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly codeFrame: string | null;
};

export type HeatMap = {
  readonly statistic: string;
  readonly x: {
    readonly param: string;
    readonly values: readonly unknown[];
  };
  readonly y: {
    readonly param: string;
    readonly values: readonly unknown[];
  };
  readonly aggregate: "best" | "mean" | "median";
  /** One for each value of y, a cell for each of x. */
  readonly rows: readonly (readonly (number | null)[])[];
  readonly lowest: number | null;
  readonly highest: number | null;
};

export type Import = {
  readonly id: string;
  readonly owner: string;
  /** A listed symbol, in capital letters. */
  readonly symbol: string;
  readonly interval: "1m" | "1d" | null;
  readonly fileName: string;
  /** Of the content, unpacked. */
  readonly bytes: number;
  /** recorded: it waits for another attempt. */
  readonly status: "recorded" | "running" | "completed" | "failed";
  /** Bars taken in. */
  readonly rows: number;
  /** Rows left out. */
  readonly rejected: number;
  readonly notes: readonly string[];
  readonly failure: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** The first 1,000. */
  readonly rejectedRows: readonly ({
    readonly line: number;
    readonly reason: string;
  })[];
};

export type KindNode = {
  readonly type: "kind";
  readonly name: string;
  /** backing-off: it has failed and is started again in a moment; stuck: told to end, it has not. */
  readonly status: "waiting" | "starting" | "running" | "backing-off" | "stopping" | "stuck" | "stopped" | "completed" | "failed";
  /** How often it was started again; of a kind, how often one of its actors. */
  readonly restarts: number;
  readonly lastFailure: {
    readonly message: string;
    readonly at: string;
  } | null;
  /** Actors in memory */
  readonly resident: number;
  readonly mailboxMessages: number;
  readonly mailboxBytes: number;
  /** Actors that wait for an operator */
  readonly quarantined: number;
};

export type ListedActor = {
  readonly kind: string;
  readonly id: string;
  /** asleep: not in memory; its next message brings it back. */
  readonly status: "asleep" | "recovering" | "live" | "restarting" | "stopping" | "quarantined" | "gone";
  /** Messages that wait */
  readonly mailboxMessages: number;
  /** Of those beyond the first few, which are not measured */
  readonly mailboxBytes: number;
  /** Decided, and on the way to the journal */
  readonly uncommittedWrites: number;
  /** Number of the newest event */
  readonly seq: number;
  /** Characters of the state as JSON, where it is in memory */
  readonly stateSize: number | null;
  /** Since it came into memory */
  readonly restarts: number;
  readonly lastFailure: {
    readonly message: string;
    readonly at: string;
  } | null;
  readonly lastTurnAt: string | null;
};

export type ListedSymbol = {
  readonly symbol: string;
  readonly description: string;
  readonly kind: "stock" | "crypto" | "forex" | "future" | "other";
  readonly currency: string;
  /** Smallest step of the price. */
  readonly tick: string;
  /** Smallest step of the quantity. */
  readonly lot: string;
  readonly multiplier: string;
  readonly feed: {
    readonly type: "synthetic";
    /** The same seed walks the same way. */
    readonly seed: string;
    /** Where the walk begins. */
    readonly startPrice: string;
    /** 0.25 is 25 % a year. */
    readonly annualVolatility: number;
    readonly quotesPerSecond: number;
  } | {
    readonly type: "replay";
    /** Bars are stored by the minute or by the day. */
    readonly interval: "1m" | "1d";
    readonly from: string | null;
    /** 1: as fast as it was. */
    readonly speed: number;
    readonly loop: boolean;
  } | null;
  readonly listedAt: string;
  readonly updatedAt: string;
  /** The history that is stored. */
  readonly coverage: readonly ({
    /** Bars are stored by the minute or by the day. */
    readonly interval: "1m" | "1d";
    readonly bars: number;
    readonly first: string;
    readonly last: string;
  })[];
};

export type LoggedIn = {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds that the access token is good for. */
  readonly expiresIn: number;
  readonly user: User;
  readonly permissions: readonly string[];
};

/** Of the node that was asked, since its start. A mail is sent by the node that has its user. */
export type MailReport = {
  readonly sent: number;
  readonly failedAttempts: number;
  readonly givenUp: number;
  readonly lastFailure: {
    readonly code: string;
    readonly at: string;
  } | null;
  readonly lastGivenUp: {
    readonly userId: string;
    readonly at: string;
  } | null;
};

export type Market = {
  readonly symbol: string;
  /** silent: no quote for a minute. */
  readonly status: "live" | "silent";
  readonly quote: Quote | null;
  /** The minute in progress. */
  readonly bar: {
    readonly time: string;
    readonly open: string;
    readonly high: string;
    readonly low: string;
    readonly close: string;
    /** Units. */
    readonly volume: string;
  } | null;
  /** Since midnight UTC, as far as the platform ran. */
  readonly dayOpen: string | null;
  readonly dayHigh: string | null;
  readonly dayLow: string | null;
  /** Units. */
  readonly dayVolume: string;
  /** The newest last, at most 100. */
  readonly trades: readonly ({
    readonly price: string;
    readonly size: string;
    readonly at: string;
  })[];
};

export type MessageDelivery = {
  /** In this run of the node */
  readonly attempts: number;
  readonly lastFailure: {
    /** Why there was no answer, where that is known */
    readonly code: string | null;
    readonly message: string;
    readonly at: string;
  } | null;
  readonly nextAttemptAt: string | null;
};

export type MessageTried = {
  readonly id: string;
  readonly recipient: {
    readonly kind: string;
    readonly id: string;
  };
  /** The type of the command that it is */
  readonly command: string;
  readonly delivery: MessageDelivery;
};

export type Order = {
  readonly id: string;
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly type: "market" | "limit";
  /** GTC: until cancelled; DAY: until midnight UTC; IOC: at once, the rest is cancelled; FOK: at once and whole, or not at all. */
  readonly timeInForce: "GTC" | "DAY" | "IOC" | "FOK";
  /** Units. */
  readonly quantity: string;
  /** null for market orders. */
  readonly limitPrice: string | null;
  /** Units. */
  readonly filledQuantity: string;
  /** On average; null before the first fill. */
  readonly filledPrice: string | null;
  readonly status: "accepted" | "partially-filled" | "filled" | "cancelled" | "rejected" | "expired";
  /** Why it was rejected, cancelled or has expired. */
  readonly reason: string | null;
  readonly placedAt: string;
  readonly updatedAt: string;
};

export type Position = {
  readonly accountId: string;
  readonly symbol: string;
  /** Units; negative when short. */
  readonly quantity: string;
  /** What a unit of the open position cost on average. */
  readonly averagePrice: string;
  /** The live price that it is valued at; null while the market is silent. */
  readonly lastPrice: string | null;
  /** In the currency of the account, at lastPrice. */
  readonly unrealisedProfit: string | null;
  /** In the currency of the account, of what was closed. */
  readonly realisedProfit: string;
};

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Stable; all of them are in docs/errors.md. */
  readonly code: string;
  readonly detail: string;
  readonly traceId: string;
  readonly errors: readonly ({
    readonly pointer: string;
    readonly message: string;
    readonly remedy?: string;
  })[];
};

export type Profile = {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly role: "viewer" | "trader" | "quant" | "admin";
  readonly status: "active" | "disabled";
  readonly lockedUntil: string | null;
  readonly locale: "en" | "zh";
  readonly timeZone: string;
  readonly createdAt: string;
  /** The ETag of the profile. */
  readonly version: number;
  readonly statistics: {
    readonly backtests: Readonly<Record<string, number>>;
    readonly strategies: Readonly<Record<string, number>>;
    readonly orders: Readonly<Record<string, number>>;
    readonly fills: number;
  };
};

export type Quarantine = {
  /** A command failed again and again; an event can not be read; there were too many restarts. */
  readonly cause: "command" | "event" | "restarts";
  readonly reason: string;
  readonly at: string;
  /** Of the event that can not be read. */
  readonly seq: number | null;
  /** Where in the program it failed. */
  readonly detail: string;
  readonly command: {
    readonly id: string | null;
    readonly type: string;
    /** The command that was at work; a text where it is too long to be kept whole. */
    readonly payload: unknown;
  } | null;
};

export type QuarantinedActor = {
  readonly kind: string;
  readonly id: string;
  readonly quarantine: {
    /** A command failed again and again; an event can not be read; there were too many restarts. */
    readonly cause: "command" | "event" | "restarts";
    readonly reason: string;
    readonly at: string;
    /** Of the event that can not be read. */
    readonly seq: number | null;
    readonly command: {
      readonly id: string | null;
      readonly type: string;
    } | null;
  };
};

export type Quote = {
  readonly symbol: string;
  readonly bid: string;
  readonly ask: string;
  readonly last: string;
  /** Units of the last trade. */
  readonly size: string;
  readonly at: string;
};

export type Ranking = {
  readonly rankedBy: string;
  readonly total: number;
  readonly data: readonly BatchMember[];
  readonly nextCursor: string | null;
};

export type RealTime = {
  readonly symbol: string;
  /** silent: no quote for a minute. */
  readonly status: "live" | "silent";
  readonly quote: Quote | null;
  /** To subscribe at /connection/websocket. */
  readonly channels: {
    readonly quotes: string;
    readonly bars: string;
  };
};

export type RefusedEvent = {
  readonly id: string;
  /** Of the message; of the stored event, where that can not be read. */
  readonly name: string;
  readonly actor: {
    readonly kind: string;
    readonly id: string;
  };
  readonly reason: string;
  readonly at: string;
  /** It is sent again in a moment. */
  readonly isAskedFor: boolean;
};

export type ResultRows = {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  /** Rows of the whole table. */
  readonly total: number;
  readonly offset: number;
  /** null: that was the last row. */
  readonly nextOffset: number | null;
};

export type ServiceNode = {
  readonly type: "service";
  readonly name: string;
  /** backing-off: it has failed and is started again in a moment; stuck: told to end, it has not. */
  readonly status: "waiting" | "starting" | "running" | "backing-off" | "stopping" | "stuck" | "stopped" | "completed" | "failed";
  /** How often it was started again; of a kind, how often one of its actors. */
  readonly restarts: number;
  readonly lastFailure: {
    readonly message: string;
    readonly at: string;
  } | null;
};

export type Session = {
  readonly id: string;
  readonly openedAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
  readonly userAgent: string;
  readonly ip: string;
  /** The one that asks. */
  readonly current: boolean;
};

/** What a running strategy wants, and what became of it. */
export type Signal = {
  readonly id: string;
  readonly deploymentId: string;
  readonly strategyId: string;
  readonly strategyName: string;
  readonly accountId: string;
  readonly symbol: string;
  /** A new order, or a change of one from before. */
  readonly action: "place" | "cancel" | "amend";
  readonly side: "buy" | "sell";
  /** As the strategy asks; accounts take market and limit. */
  readonly orderType: string;
  readonly timeInForce: string;
  /** Units. */
  readonly quantity: string;
  readonly limitPrice: string | null;
  /** The strategy's own label. */
  readonly tag: string | null;
  readonly barAt: string;
  readonly at: string;
  /** pending: decided, not yet done; acted: the account has taken it; refused: the account has not; skipped: it was not asked. */
  readonly status: "pending" | "acted" | "refused" | "skipped";
  /** Why not; all codes are in docs/errors.md. */
  readonly code: string | null;
  readonly reason: string | null;
  /** The order that was placed, cancelled or changed. */
  readonly orderId: string | null;
};

export type Strategy = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly status: "draft" | "active" | "paused" | "stopped";
  /** Where it runs live: deployments that are not stopped. */
  readonly live: readonly ({
    readonly deploymentId: string;
    readonly accountId: string;
    readonly status: "active" | "paused" | "failed";
  })[];
  readonly head: Version;
  readonly source: {
    /** Names to text. */
    readonly files: Readonly<Record<string, string>>;
    /** The file with the strategy as its default export. */
    readonly entry: string;
  };
  readonly declared: Declared | null;
  readonly lastTest: {
    readonly version: number;
    readonly at: string;
    readonly ok: boolean;
    readonly diagnostics: readonly Diagnostic[];
    readonly trades: number | null;
    readonly bars: number | null;
  } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The ETag. */
  readonly version: number;
};

export type SupervisorNode = {
  readonly type: "supervisor";
  readonly name: string;
  /** backing-off: it has failed and is started again in a moment; stuck: told to end, it has not. */
  readonly status: "waiting" | "starting" | "running" | "backing-off" | "stopping" | "stuck" | "stopped" | "completed" | "failed";
  /** How often it was started again; of a kind, how often one of its actors. */
  readonly restarts: number;
  readonly lastFailure: {
    readonly message: string;
    readonly at: string;
  } | null;
  /** Which children are started again when one fails. */
  readonly strategy: "one-for-one" | "one-for-all" | "rest-for-one";
  readonly children: readonly (SupervisorNode | ServiceNode | KindNode)[];
};

export type Test = {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly declared: Declared | null;
  /** Of the sample run. */
  readonly trades: number | null;
  /** Of the sample run. */
  readonly bars: number | null;
  readonly version: number;
};

export type User = {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly role: "viewer" | "trader" | "quant" | "admin";
  readonly status: "active" | "disabled";
  readonly lockedUntil: string | null;
  readonly locale: "en" | "zh";
  readonly timeZone: string;
  readonly createdAt: string;
  /** The ETag of the profile. */
  readonly version: number;
};

export type Version = {
  /** From 1, one a save. */
  readonly version: number;
  /** The Git commit. */
  readonly commit: string;
  readonly message: string;
  readonly at: string;
  readonly by: string;
};

/** Without a delivery: the node that was asked does not deliver it. */
export type WaitingMessage = {
  readonly id: string;
  readonly recipient: {
    readonly kind: string;
    readonly id: string;
  };
  /** The type of the command that it is */
  readonly command: string;
  readonly since: string | null;
  readonly delivery: MessageDelivery | null;
};

/** By method and path: what is given, and the body of the answer. */
export interface Operations {
  /** The node and what it needs */
  readonly 'GET /health': {
    readonly answer: {
      /** degraded: it takes requests, and lacks something that it can do without. */
      readonly status: "healthy" | "degraded" | "unhealthy";
      readonly timestamp: string;
      readonly services: Readonly<Record<string, {
        readonly status: "healthy" | "unhealthy";
        readonly latencyMs: number;
        readonly reason: string | null;
      }>>;
    };
  };
  /** Whether it takes requests */
  readonly 'GET /health/ready': {
    readonly answer: {
      /** degraded: it takes requests, and lacks something that it can do without. */
      readonly status: "healthy" | "degraded" | "unhealthy";
      readonly timestamp: string;
      readonly services: Readonly<Record<string, {
        readonly status: "healthy" | "unhealthy";
        readonly latencyMs: number;
        readonly reason: string | null;
      }>>;
    };
  };
  /** Whether the process turns */
  readonly 'GET /health/live': {
    readonly answer: {
      readonly status: "healthy" | "unhealthy";
    };
  };
  /** The keys that access tokens are signed with */
  readonly 'GET /.well-known/jwks.json': {
    readonly answer: {
      readonly keys: readonly Readonly<Record<string, unknown>>[];
    };
  };
  /** Make a user */
  readonly 'POST /api/v1/auth/register': {
    readonly body: {
      readonly email: string;
      readonly password: string;
      readonly displayName: string;
    };
    readonly answer: {
      readonly user: User;
    };
  };
  /** Log in */
  readonly 'POST /api/v1/auth/login': {
    readonly body: {
      readonly email: string;
      readonly password: string;
    };
    readonly answer: LoggedIn;
  };
  /** Take a refresh token for new tokens */
  readonly 'POST /api/v1/auth/refresh': {
    readonly body: {
      readonly refreshToken: string;
    };
    readonly answer: LoggedIn;
  };
  /** End a session */
  readonly 'POST /api/v1/auth/logout': {
    readonly body: {
      readonly refreshToken?: string;
    };
    readonly answer: null;
  };
  /** A ticket that opens one socket */
  readonly 'POST /api/v1/auth/ticket': {
    readonly answer: {
      readonly ticket: string;
      readonly expiresIn: number;
    };
  };
  /** Change the password */
  readonly 'POST /api/v1/auth/password/change': {
    readonly body: {
      readonly currentPassword: string;
      readonly newPassword: string;
    };
    readonly answer: null;
  };
  /** Have a reset token mailed */
  readonly 'POST /api/v1/auth/password/forgot': {
    readonly body: {
      readonly email: string;
    };
    readonly answer: {
      readonly accepted: true;
    };
  };
  /** Set a new password with a reset token */
  readonly 'POST /api/v1/auth/password/reset': {
    readonly body: {
      readonly token: string;
      readonly newPassword: string;
    };
    readonly answer: null;
  };
  /** Your profile and what you have done */
  readonly 'GET /api/v1/users/profile': {
    readonly answer: Profile;
  };
  /** Change your profile */
  readonly 'PUT /api/v1/users/profile': {
    readonly body: {
      readonly displayName?: string;
      readonly locale?: "en" | "zh";
      /** IANA */
      readonly timeZone?: string;
    };
    readonly answer: User;
  };
  /** What you may do */
  readonly 'GET /api/v1/users/permissions': {
    readonly answer: {
      readonly role: "viewer" | "trader" | "quant" | "admin";
      readonly permissions: readonly string[];
    };
  };
  /** Where you are logged in */
  readonly 'GET /api/v1/users/sessions': {
    readonly answer: {
      readonly data: readonly Session[];
      readonly nextCursor: null;
    };
  };
  /** Log out everywhere else */
  readonly 'DELETE /api/v1/users/sessions': {
    readonly answer: {
      readonly revoked: number;
    };
  };
  /** Log out there */
  readonly 'DELETE /api/v1/users/sessions/{id}': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: null;
  };
  /** All users */
  readonly 'GET /api/v1/users': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      readonly status?: "active" | "disabled";
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly email?: string;
        readonly displayName?: string;
        readonly role?: "viewer" | "trader" | "quant" | "admin";
        readonly status?: "active" | "disabled";
        readonly lockedUntil?: string | null;
        readonly locale?: "en" | "zh";
        readonly timeZone?: string;
        readonly createdAt?: string;
        /** The ETag of the profile. */
        readonly version?: number;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** One user */
  readonly 'GET /api/v1/users/{id}': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: User;
  };
  /** Change a user's role */
  readonly 'POST /api/v1/users/{id}/role': {
    readonly path: {
      readonly id: string;
    };
    readonly body: {
      readonly role: "viewer" | "trader" | "quant" | "admin";
    };
    readonly answer: User;
  };
  /** Shut a user out */
  readonly 'POST /api/v1/users/{id}/disable': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: User;
  };
  /** Let a disabled user in again */
  readonly 'POST /api/v1/users/{id}/enable': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: User;
  };
  /** End a lock after wrong passwords */
  readonly 'POST /api/v1/users/{id}/unlock': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: User;
  };
  /** End all sessions of a user */
  readonly 'DELETE /api/v1/users/{id}/sessions': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: {
      readonly revoked: number;
    };
  };
  /** Your strategies */
  readonly 'GET /api/v1/strategies': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      readonly status?: "draft" | "active" | "paused" | "stopped";
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly name?: string;
        readonly description?: string;
        readonly tags?: readonly string[];
        readonly status?: "draft" | "active" | "paused" | "stopped";
        readonly headVersion?: number;
        readonly params?: Readonly<Record<string, unknown>> | null;
        readonly createdAt?: string;
        readonly updatedAt?: string;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** Write a strategy */
  readonly 'POST /api/v1/strategies': {
    readonly body: {
      readonly name: string;
      readonly description?: string;
      readonly tags?: readonly string[];
      readonly source: string | {
        /** Names to text. */
        readonly files: Readonly<Record<string, string>>;
        /** The file with the strategy as its default export. */
        readonly entry: string;
      };
      readonly message?: string;
    };
    readonly answer: Strategy;
  };
  /** Try source out without saving it */
  readonly 'POST /api/v1/strategies/check': {
    readonly body: {
      readonly source: string | {
        /** Names to text. */
        readonly files: Readonly<Record<string, string>>;
        /** The file with the strategy as its default export. */
        readonly entry: string;
      };
    };
    readonly answer: Check;
  };
  /** One strategy */
  readonly 'GET /api/v1/strategies/{id}': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: Strategy;
  };
  /** Save a strategy */
  readonly 'PUT /api/v1/strategies/{id}': {
    readonly path: {
      readonly id: string;
    };
    readonly body: {
      readonly name?: string;
      readonly description?: string;
      readonly tags?: readonly string[];
      readonly source?: string | {
        /** Names to text. */
        readonly files: Readonly<Record<string, string>>;
        /** The file with the strategy as its default export. */
        readonly entry: string;
      };
      readonly message?: string;
    };
    readonly answer: Strategy;
  };
  /** Delete a strategy */
  readonly 'DELETE /api/v1/strategies/{id}': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: null;
  };
  /** Try the newest version out */
  readonly 'POST /api/v1/strategies/{id}/test': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: Test;
  };
  /** Versions, the newest first */
  readonly 'GET /api/v1/strategies/{id}/versions': {
    readonly path: {
      readonly id: string;
    };
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
    };
    readonly answer: {
      readonly data: readonly ({
        /** From 1, one a save. */
        readonly version?: number;
        /** The Git commit. */
        readonly commit?: string;
        readonly message?: string;
        readonly at?: string;
        readonly by?: string;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** A version with its source */
  readonly 'GET /api/v1/strategies/{id}/versions/{version}': {
    readonly path: {
      readonly id: string;
      readonly version: number;
    };
    readonly query?: {
      readonly fields?: string;
    };
    readonly answer: {
      /** From 1, one a save. */
      readonly version?: number;
      /** The Git commit. */
      readonly commit?: string;
      readonly message?: string;
      readonly at?: string;
      readonly by?: string;
      readonly source?: {
        /** Names to text. */
        readonly files: Readonly<Record<string, string>>;
        /** The file with the strategy as its default export. */
        readonly entry: string;
      };
    };
  };
  /** What changed from one version to another */
  readonly 'GET /api/v1/strategies/{id}/versions/{version}/diff/{other}': {
    readonly path: {
      readonly id: string;
      readonly version: number;
      readonly other: number;
    };
    readonly answer: {
      /** A unified diff of all files. */
      readonly diff: string;
    };
  };
  /** Make an older version the newest again */
  readonly 'POST /api/v1/strategies/{id}/versions/{version}/restore': {
    readonly path: {
      readonly id: string;
      readonly version: number;
    };
    readonly answer: Strategy;
  };
  /** What runs here */
  readonly 'GET /api/v1/system/info': {
    readonly answer: {
      readonly version: string;
      readonly engineVersion: string;
      readonly startedAt: string;
      readonly uptimeSeconds: number;
      readonly registration: "open" | "closed";
    };
  };
  /** The tree of supervisors, services and kinds of actors */
  readonly 'GET /api/v1/system/actors': {
    readonly answer: SupervisorNode;
  };
  /** How far each list is, and what it can not show */
  readonly 'GET /api/v1/system/lists': {
    readonly answer: {
      readonly data: readonly ({
        readonly list: string;
        readonly served: {
          /** Of the projections that made the rows. */
          readonly version: string;
          readonly eventsBehind: number;
          readonly secondsBehind: number;
          /** Actors with an event that the list can not show. */
          readonly actorsHeld: number;
        };
        readonly building: {
          /** Of the projections that made the rows. */
          readonly version: string;
          readonly eventsBehind: number;
          readonly secondsBehind: number;
          /** Actors with an event that the list can not show. */
          readonly actorsHeld: number;
        } | null;
        /** The first 100; each start of the program tries them again. */
        readonly held: readonly ({
          readonly kind: string;
          readonly id: string;
          /** Of the first event that is not shown. */
          readonly seq: number;
          readonly reason: string;
          readonly triedAt: string;
        })[];
      })[];
    };
  };
  /** Build a list anew from the first event on */
  readonly 'POST /api/v1/system/lists/{list}/rebuild': {
    readonly path: {
      readonly list: "users" | "audit" | "strategies" | "strategy-versions" | "deployments" | "backtests" | "batch-members" | "accounts" | "orders" | "fills" | "signals" | "symbols" | "imports" | "notifications";
    };
    readonly answer: {
      readonly list: string;
    };
  };
  /** Actors of all kinds that failed and wait for an operator */
  readonly 'GET /api/v1/system/quarantine': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
    };
    readonly answer: {
      readonly data: readonly QuarantinedActor[];
      readonly nextCursor: string | null;
    };
  };
  /** Actors of a kind: those in memory, and those that are quarantined */
  readonly 'GET /api/v1/system/actors/{kind}': {
    readonly path: {
      readonly kind: string;
    };
    readonly query?: {
      readonly limit?: number;
    };
    readonly answer: {
      readonly kind: string;
      /** volatile: what it knows is lost when it ends, and it has no history. */
      readonly durability: "journal" | "volatile";
      readonly data: readonly ListedActor[];
      readonly quarantined: readonly QuarantinedActor[];
    };
  };
  /** One actor */
  readonly 'GET /api/v1/system/actors/{kind}/{id}': {
    readonly path: {
      readonly kind: string;
      readonly id: string;
    };
    readonly answer: Actor;
  };
  /** The events of an actor, as they are stored */
  readonly 'GET /api/v1/system/actors/{kind}/{id}/history': {
    readonly path: {
      readonly kind: string;
      readonly id: string;
    };
    readonly query?: {
      /** nextAfter of the page before. */
      readonly after?: number;
      readonly limit?: number;
    };
    readonly answer: {
      readonly data: readonly ActorEvent[];
      readonly nextAfter: number | null;
    };
  };
  /** The state of an actor: now, or as it was after any of its events */
  readonly 'GET /api/v1/system/actors/{kind}/{id}/state': {
    readonly path: {
      readonly kind: string;
      readonly id: string;
    };
    readonly query?: {
      /** The number of that event; 0: before the first. */
      readonly seq?: number;
    };
    readonly answer: ActorState;
  };
  /** Let an actor that is quarantined try again */
  readonly 'POST /api/v1/system/actors/{kind}/{id}/retry': {
    readonly path: {
      readonly kind: string;
      readonly id: string;
    };
    readonly answer: Actor;
  };
  /** Let an actor that is quarantined go on without what it failed on */
  readonly 'POST /api/v1/system/actors/{kind}/{id}/skip': {
    readonly path: {
      readonly kind: string;
      readonly id: string;
    };
    readonly answer: Actor;
  };
  /** End an actor in memory after what it has decided */
  readonly 'POST /api/v1/system/actors/{kind}/{id}/stop': {
    readonly path: {
      readonly kind: string;
      readonly id: string;
    };
    readonly answer: Actor;
  };
  /** The nodes of the cluster */
  readonly 'GET /api/v1/system/nodes': {
    readonly answer: Cluster;
  };
  /** Have a node give away what it has */
  readonly 'POST /api/v1/system/nodes/{node}/drain': {
    readonly path: {
      /** Its name, or its incarnation. */
      readonly node: string;
    };
    readonly answer: ClusterNode;
  };
  /** Let a node have actors again */
  readonly 'POST /api/v1/system/nodes/{node}/resume': {
    readonly path: {
      /** Its name, or its incarnation. */
      readonly node: string;
    };
    readonly answer: ClusterNode;
  };
  /** The audit trail */
  readonly 'GET /api/v1/system/audit': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      readonly action?: string;
      readonly by?: string;
      readonly userId?: string;
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly at?: string;
        /** logged-in, role-changed, actor-retried, … */
        readonly action?: string;
        /** The user who did it; null: nobody has shown who it was. */
        readonly by?: string | null;
        /** Whom it was done to; of what was done to actors, the operator. */
        readonly userId?: string;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** The settings of the whole cluster */
  readonly 'GET /api/v1/system/config': {
    readonly answer: {
      /** memory: without NATS. What is set counts until the program ends. */
      readonly store: "nats" | "memory";
      readonly data: readonly ClusterSetting[];
    };
  };
  /** The last 64 changes of a setting, the newest last */
  readonly 'GET /api/v1/system/config/{name}/history': {
    readonly path: {
      readonly name: string;
    };
    readonly answer: {
      readonly data: readonly ({
        readonly revision: number;
        /** null: it was unset. */
        readonly value: string | null;
        readonly author: string;
        readonly at: string;
      })[];
    };
  };
  /** Set a setting, on all nodes at once */
  readonly 'PUT /api/v1/system/config/{name}': {
    readonly path: {
      readonly name: string;
    };
    readonly body: {
      readonly value: string;
      /** The revision that you have seen, 0 for none: refused where there is another. Absent: whatever is there. */
      readonly revision?: number;
    };
    readonly answer: ClusterSetting;
  };
  /** Let a setting have its default again */
  readonly 'DELETE /api/v1/system/config/{name}': {
    readonly path: {
      readonly name: string;
    };
    readonly query?: {
      /** The revision that you have seen, 0 for none: refused where there is another. Absent: whatever is there. */
      readonly revision?: number;
    };
    readonly answer: ClusterSetting;
  };
  /** Events for other programs that NATS has refused */
  readonly 'GET /api/v1/system/events/refused': {
    readonly query?: {
      readonly limit?: number;
      readonly after?: string;
    };
    readonly answer: {
      readonly data: readonly RefusedEvent[];
      readonly nextAfter: string | null;
    };
  };
  /** Have an event that was refused sent again */
  readonly 'POST /api/v1/system/events/refused/{id}/resend': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: RefusedEvent;
  };
  /** Messages between actors that have not been answered, the oldest first, and what became of mails */
  readonly 'GET /api/v1/system/outbox': {
    readonly query?: {
      readonly limit?: number;
      /** nextAfter of the page before. */
      readonly after?: number;
    };
    readonly answer: {
      /** So many wait in all. */
      readonly total: number;
      readonly data: readonly WaitingMessage[];
      readonly nextAfter: number | null;
      readonly mail: MailReport;
    };
  };
  /** Have a message that waits to be tried again tried at once */
  readonly 'POST /api/v1/system/outbox/{id}/retry': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: MessageTried;
  };
  /** Your accounts */
  readonly 'GET /api/v1/trading/accounts': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly name?: string;
        readonly type?: "paper";
        readonly currency?: string;
        /** The ledger's balance. */
        readonly cash?: string;
        readonly createdAt?: string;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** Open a paper account */
  readonly 'POST /api/v1/trading/accounts': {
    readonly body: {
      /** For you. */
      readonly name: string;
      /** ISO 4217, or that of a coin. */
      readonly currency?: string;
      /** Cash to begin with, in the currency of the account. Default 100000. */
      readonly initialCash?: string;
      /** Commission as a share of what is traded: 0.001 is 0.1 %. Default 0. */
      readonly feeRate?: string;
    };
    readonly answer: Account;
  };
  /** One account at live prices */
  readonly 'GET /api/v1/trading/accounts/{id}': {
    readonly path: {
      /** Id of an account. */
      readonly id: string;
    };
    readonly answer: Account;
  };
  /** Pay play money in */
  readonly 'POST /api/v1/trading/accounts/{id}/deposit': {
    readonly path: {
      /** Id of an account. */
      readonly id: string;
    };
    readonly body: {
      /** Above 0, in the currency of the account. */
      readonly amount: string;
    };
    readonly answer: Account;
  };
  /** Begin again with cash alone */
  readonly 'POST /api/v1/trading/accounts/{id}/reset': {
    readonly path: {
      /** Id of an account. */
      readonly id: string;
    };
    readonly body: {
      /** Default 100000. */
      readonly initialCash?: string;
    } | null;
    readonly answer: Account;
  };
  /** Open positions at live prices */
  readonly 'GET /api/v1/trading/positions': {
    readonly query?: {
      /** Id of an account. */
      readonly accountId?: string;
    };
    readonly answer: {
      readonly data: readonly Position[];
      readonly nextCursor: null;
    };
  };
  /** What an account has earned */
  readonly 'GET /api/v1/trading/performance': {
    readonly query: {
      /** Id of an account. */
      readonly accountId: string;
    };
    readonly answer: AccountPerformance;
  };
  /** Place an order */
  readonly 'POST /api/v1/trading/orders': {
    readonly body: {
      /** Id of an account. */
      readonly accountId: string;
      /** Your own id of the order, unique in the account: placing it again is answered with the order as it is. One is made when absent. */
      readonly clientOrderId?: string;
      /** A listed symbol, in capital letters. */
      readonly symbol: string;
      readonly side: "buy" | "sell";
      readonly type: "market" | "limit";
      /** GTC: until cancelled; DAY: until midnight UTC; IOC: at once, the rest is cancelled; FOK: at once and whole, or not at all. */
      readonly timeInForce?: "GTC" | "DAY" | "IOC" | "FOK";
      /** Units, a whole number of the symbol's lots. */
      readonly quantity: string;
      /** For limit orders: the worst price, on the symbol's price steps. */
      readonly limitPrice?: string;
    };
    readonly answer: Order;
  };
  /** Your orders */
  readonly 'GET /api/v1/trading/orders': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      /** Id of an account. */
      readonly accountId?: string;
      /** A listed symbol, in capital letters. */
      readonly symbol?: string;
      readonly status?: "open" | "closed" | "all";
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly accountId?: string;
        readonly clientOrderId?: string;
        readonly symbol?: string;
        readonly side?: "buy" | "sell";
        readonly type?: "market" | "limit";
        /** GTC: until cancelled; DAY: until midnight UTC; IOC: at once, the rest is cancelled; FOK: at once and whole, or not at all. */
        readonly timeInForce?: "GTC" | "DAY" | "IOC" | "FOK";
        /** Units. */
        readonly quantity?: string;
        /** null for market orders. */
        readonly limitPrice?: string | null;
        /** Units. */
        readonly filledQuantity?: string;
        /** On average; null before the first fill. */
        readonly filledPrice?: string | null;
        readonly status?: "accepted" | "partially-filled" | "filled" | "cancelled" | "rejected" | "expired";
        /** Why it was rejected, cancelled or has expired. */
        readonly reason?: string | null;
        readonly placedAt?: string;
        readonly updatedAt?: string;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** Cancel all open orders of an account */
  readonly 'DELETE /api/v1/trading/orders': {
    readonly query: {
      /** Id of an account. */
      readonly accountId: string;
      /** A listed symbol, in capital letters. */
      readonly symbol?: string;
    };
    readonly answer: {
      readonly cancelled: number;
    };
  };
  /** One order */
  readonly 'GET /api/v1/trading/orders/{orderId}': {
    readonly path: {
      /** Id of an order. It begins with the id of its account. */
      readonly orderId: string;
    };
    readonly query?: {
      /** Id of an account. */
      readonly accountId?: string;
    };
    readonly answer: Order;
  };
  /** Change the quantity or price of an open order */
  readonly 'PATCH /api/v1/trading/orders/{orderId}': {
    readonly path: {
      /** Id of an order. It begins with the id of its account. */
      readonly orderId: string;
    };
    readonly query?: {
      /** Id of an account. */
      readonly accountId?: string;
    };
    readonly body: {
      /** The new quantity in all, what was filled included. */
      readonly quantity?: string;
      /** The new limit price. */
      readonly limitPrice?: string;
    };
    readonly answer: Order;
  };
  /** Cancel an order */
  readonly 'DELETE /api/v1/trading/orders/{orderId}': {
    readonly path: {
      /** Id of an order. It begins with the id of its account. */
      readonly orderId: string;
    };
    readonly query?: {
      /** Id of an account. */
      readonly accountId?: string;
    };
    readonly answer: Order | null;
  };
  /** Your fills */
  readonly 'GET /api/v1/trading/fills': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      /** Id of an account. */
      readonly accountId?: string;
      /** A listed symbol, in capital letters. */
      readonly symbol?: string;
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly accountId?: string;
        readonly orderId?: string;
        readonly symbol?: string;
        readonly side?: "buy" | "sell";
        /** Units. */
        readonly quantity?: string;
        readonly price?: string;
        /** In the currency of the account. */
        readonly fee?: string;
        /** Profit that the fill realised, in the currency of the account. */
        readonly realised?: string;
        readonly at?: string;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** Run a strategy live on a paper account */
  readonly 'POST /api/v1/strategies/{id}/deployments': {
    readonly path: {
      readonly id: string;
    };
    readonly body: {
      /** Id of an account. */
      readonly accountId: string;
      /** Default: the newest. */
      readonly version?: number;
      /** Values of the parameters that the strategy declares; absent ones take their defaults. */
      readonly params?: Readonly<Record<string, unknown>>;
      /** In the order of the strategy's data. Either these or feeds. */
      readonly symbols?: readonly string[];
      readonly feeds?: readonly ({
        /** As the strategy knows it. */
        readonly id: string;
        /** A listed symbol, in capital letters. */
        readonly symbol: string;
        /** Length of a bar: from 5s on, such as 30s, 1m, 15m, 4h, 1d. */
        readonly interval: string;
      })[];
      /** Length of a bar: from 5s on, such as 30s, 1m, 15m, 4h, 1d. */
      readonly interval?: string;
      /** Of all randomness: the same seed gives the same result. */
      readonly seed?: number | string;
    };
    readonly answer: Deployment;
  };
  /** Where a strategy runs live, and has run */
  readonly 'GET /api/v1/strategies/{id}/deployments': {
    readonly path: {
      readonly id: string;
    };
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      /** Id of an account. */
      readonly accountId?: string;
      /** A listed symbol, in capital letters. */
      readonly symbol?: string;
      readonly status?: "active" | "paused" | "stopped" | "failed";
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly strategyId?: string;
        readonly strategyName?: string;
        readonly strategyVersion?: number;
        readonly accountId?: string;
        /** Values of the parameters that the strategy declares; absent ones take their defaults. */
        readonly params?: Readonly<Record<string, unknown>>;
        readonly feeds?: readonly ({
          readonly id: string;
          readonly symbol: string;
          readonly interval: string;
        })[];
        /** Of all randomness: the same seed gives the same result. */
        readonly seed?: number | string;
        readonly status?: "active" | "paused" | "stopped" | "failed";
        readonly failure?: Diagnostic | null;
        readonly startedAt?: string;
        readonly endedAt?: string | null;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** Your deployments */
  readonly 'GET /api/v1/deployments': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      /** Id of an account. */
      readonly accountId?: string;
      /** A listed symbol, in capital letters. */
      readonly symbol?: string;
      readonly status?: "active" | "paused" | "stopped" | "failed";
      readonly strategyId?: string;
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly strategyId?: string;
        readonly strategyName?: string;
        readonly strategyVersion?: number;
        readonly accountId?: string;
        /** Values of the parameters that the strategy declares; absent ones take their defaults. */
        readonly params?: Readonly<Record<string, unknown>>;
        readonly feeds?: readonly ({
          readonly id: string;
          readonly symbol: string;
          readonly interval: string;
        })[];
        /** Of all randomness: the same seed gives the same result. */
        readonly seed?: number | string;
        readonly status?: "active" | "paused" | "stopped" | "failed";
        readonly failure?: Diagnostic | null;
        readonly startedAt?: string;
        readonly endedAt?: string | null;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** One deployment with its newest signals */
  readonly 'GET /api/v1/deployments/{id}': {
    readonly path: {
      /** Id of a deployment. */
      readonly id: string;
    };
    readonly answer: Deployment;
  };
  /** Let it decide without acting */
  readonly 'POST /api/v1/deployments/{id}/pause': {
    readonly path: {
      /** Id of a deployment. */
      readonly id: string;
    };
    readonly answer: Deployment;
  };
  /** Let it act again */
  readonly 'POST /api/v1/deployments/{id}/resume': {
    readonly path: {
      /** Id of a deployment. */
      readonly id: string;
    };
    readonly answer: Deployment;
  };
  /** End it for good */
  readonly 'POST /api/v1/deployments/{id}/stop': {
    readonly path: {
      /** Id of a deployment. */
      readonly id: string;
    };
    readonly answer: Deployment;
  };
  /** What your running strategies want, and what became of it */
  readonly 'GET /api/v1/trading/signals': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      readonly strategyId?: string;
      /** Id of an account. */
      readonly accountId?: string;
      /** Id of a deployment. */
      readonly deploymentId?: string;
      /** A listed symbol, in capital letters. */
      readonly symbol?: string;
      readonly status?: "pending" | "acted" | "refused" | "skipped";
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly deploymentId?: string;
        readonly strategyId?: string;
        readonly strategyName?: string;
        readonly accountId?: string;
        readonly symbol?: string;
        /** A new order, or a change of one from before. */
        readonly action?: "place" | "cancel" | "amend";
        readonly side?: "buy" | "sell";
        /** As the strategy asks; accounts take market and limit. */
        readonly orderType?: string;
        readonly timeInForce?: string;
        /** Units. */
        readonly quantity?: string;
        readonly limitPrice?: string | null;
        /** The strategy's own label. */
        readonly tag?: string | null;
        readonly barAt?: string;
        readonly at?: string;
        /** pending: decided, not yet done; acted: the account has taken it; refused: the account has not; skipped: it was not asked. */
        readonly status?: "pending" | "acted" | "refused" | "skipped";
        /** Why not; all codes are in docs/errors.md. */
        readonly code?: string | null;
        readonly reason?: string | null;
        /** The order that was placed, cancelled or changed. */
        readonly orderId?: string | null;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** Listed symbols */
  readonly 'GET /api/v1/data/symbols': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      /** A part of the symbol or of its description. */
      readonly query?: string;
      /** live: it has a feed. */
      readonly status?: "live" | "history";
    };
    readonly answer: {
      readonly data: readonly ({
        readonly symbol?: string;
        readonly description?: string;
        readonly kind?: "stock" | "crypto" | "forex" | "future" | "other";
        readonly currency?: string;
        /** Smallest step of the price. */
        readonly tick?: string;
        /** Smallest step of the quantity. */
        readonly lot?: string;
        readonly multiplier?: string;
        readonly feed?: {
          readonly type: "synthetic";
          /** The same seed walks the same way. */
          readonly seed: string;
          /** Where the walk begins. */
          readonly startPrice: string;
          /** 0.25 is 25 % a year. */
          readonly annualVolatility: number;
          readonly quotesPerSecond: number;
        } | {
          readonly type: "replay";
          /** Bars are stored by the minute or by the day. */
          readonly interval: "1m" | "1d";
          readonly from: string | null;
          /** 1: as fast as it was. */
          readonly speed: number;
          readonly loop: boolean;
        } | null;
        readonly listedAt?: string;
        readonly updatedAt?: string;
        /** The history that is stored. */
        readonly coverage?: readonly ({
          /** Bars are stored by the minute or by the day. */
          readonly interval: "1m" | "1d";
          readonly bars: number;
          readonly first: string;
          readonly last: string;
        })[];
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** One symbol */
  readonly 'GET /api/v1/data/symbols/{symbol}': {
    readonly path: {
      /** A listed symbol, in capital letters. */
      readonly symbol: string;
    };
    readonly answer: ListedSymbol;
  };
  /** List a symbol, or change what is known of it */
  readonly 'PUT /api/v1/data/symbols/{symbol}': {
    readonly path: {
      /** A listed symbol, in capital letters. */
      readonly symbol: string;
    };
    readonly body: {
      readonly description?: string;
      readonly kind?: "stock" | "crypto" | "forex" | "future" | "other";
      /** ISO 4217, or that of a coin. */
      readonly currency?: string;
      /** Smallest step of the price. */
      readonly tick?: string;
      /** Smallest step of the quantity. */
      readonly lot?: string;
      /** What a price of 1 is worth in the currency; 1 but for futures. */
      readonly multiplier?: string;
      /** Where live prices come from; null: it has history alone. */
      readonly feed?: {
        readonly type: "synthetic";
        /** The same seed walks the same way. */
        readonly seed: string;
        /** Where the walk begins. */
        readonly startPrice: string;
        /** 0.25 is 25 % a year. */
        readonly annualVolatility: number;
        readonly quotesPerSecond: number;
      } | {
        readonly type: "replay";
        /** Bars are stored by the minute or by the day. */
        readonly interval: "1m" | "1d";
        /** RFC 3339, or a date: its midnight in UTC. */
        readonly from?: string | null;
        /** 1: as fast as it was. */
        readonly speed?: number;
        /** Begin again at the end. Default true. */
        readonly loop?: boolean;
      } | null;
    };
    readonly answer: ListedSymbol;
  };
  /** The live market */
  readonly 'GET /api/v1/data/market/{symbol}': {
    readonly path: {
      /** A listed symbol, in capital letters. */
      readonly symbol: string;
    };
    readonly answer: Market;
  };
  /** The latest quote, and where the next ones come */
  readonly 'GET /api/v1/data/real-time/{symbol}': {
    readonly path: {
      /** A listed symbol, in capital letters. */
      readonly symbol: string;
    };
    readonly answer: RealTime;
  };
  /** Bars of the past */
  readonly 'GET /api/v1/data/history/{symbol}': {
    readonly path: {
      /** A listed symbol, in capital letters. */
      readonly symbol: string;
    };
    readonly query?: {
      /** m minutes, h hours, d days, w weeks, M months. */
      readonly interval?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** As JSON 500 by default. */
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      readonly format?: "json" | "csv";
    };
    readonly answer: {
      readonly data: readonly Bar[];
      readonly nextCursor: string | null;
    };
  };
  /** Your imports */
  readonly 'GET /api/v1/data/imports': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      /** A listed symbol, in capital letters. */
      readonly symbol?: string;
      readonly status?: "recorded" | "running" | "completed" | "failed";
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly owner?: string;
        /** A listed symbol, in capital letters. */
        readonly symbol?: string;
        readonly interval?: "1m" | "1d" | null;
        readonly fileName?: string;
        /** Of the content, unpacked. */
        readonly bytes?: number;
        /** recorded: it waits for another attempt. */
        readonly status?: "recorded" | "running" | "completed" | "failed";
        /** Bars taken in. */
        readonly rows?: number;
        /** Rows left out. */
        readonly rejected?: number;
        readonly notes?: readonly string[];
        readonly failure?: string | null;
        readonly createdAt?: string;
        readonly finishedAt?: string | null;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** One import */
  readonly 'GET /api/v1/data/imports/{id}': {
    readonly path: {
      readonly id: string;
    };
    readonly answer: Import;
  };
  /** Members of a batch, best first */
  readonly 'GET /api/v1/backtests/{id}/ranking': {
    readonly path: {
      /** Id of a backtest or a batch. */
      readonly id: string;
    };
    readonly query?: {
      /** Default: what the batch ranks by. */
      readonly rankBy?: "equityFinal" | "equityPeak" | "return" | "cagr" | "duration" | "exposure" | "annualVolatility" | "sharpe" | "sortino" | "calmar" | "maxDrawdown" | "averageDrawdown" | "maxDrawdownDays" | "averageDrawdownDays" | "buyAndHoldReturn" | "alpha" | "beta" | "trades" | "openTrades" | "longTrades" | "shortTrades" | "winRate" | "bestTrade" | "worstTrade" | "averageTrade" | "expectancy" | "profitFactor" | "sqn" | "kelly" | "averageTradeDays" | "maxTradeDays" | "fees" | "commission" | "funding" | "borrow" | "dividends" | "turnover" | "annualTurnover";
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
    };
    readonly answer: Ranking;
  };
  /** A grid seen over two of its parameters */
  readonly 'GET /api/v1/backtests/{id}/heat-map': {
    readonly path: {
      /** Id of a backtest or a batch. */
      readonly id: string;
    };
    readonly query: {
      readonly x: string;
      readonly y: string;
      /** Default: what the batch ranks by. */
      readonly statistic?: "equityFinal" | "equityPeak" | "return" | "cagr" | "duration" | "exposure" | "annualVolatility" | "sharpe" | "sortino" | "calmar" | "maxDrawdown" | "averageDrawdown" | "maxDrawdownDays" | "averageDrawdownDays" | "buyAndHoldReturn" | "alpha" | "beta" | "trades" | "openTrades" | "longTrades" | "shortTrades" | "winRate" | "bestTrade" | "worstTrade" | "averageTrade" | "expectancy" | "profitFactor" | "sqn" | "kelly" | "averageTradeDays" | "maxTradeDays" | "fees" | "commission" | "funding" | "borrow" | "dividends" | "turnover" | "annualTurnover";
      /** Of members that differ in other parameters. */
      readonly aggregate?: "best" | "mean" | "median";
      readonly feedSet?: number;
      readonly period?: number;
    };
    readonly answer: HeatMap;
  };
  /** Run a member by itself, to have its trades */
  readonly 'POST /api/v1/backtests/{id}/members/{index}/run': {
    readonly path: {
      /** Id of a backtest or a batch. */
      readonly id: string;
      readonly index: number;
    };
    readonly answer: Backtest;
  };
  /** Run a backtest, or with "batch" many */
  readonly 'POST /api/v1/backtests': {
    readonly body: {
      readonly strategyId: string;
      /** Default: the newest. */
      readonly version?: number;
      /** Values of the parameters that the strategy declares; absent ones take their defaults. */
      readonly params?: Readonly<Record<string, unknown>>;
      /** In the order of the strategy's data. Either these or feeds. */
      readonly symbols?: readonly string[];
      readonly feeds?: readonly ({
        /** As the strategy knows it. */
        readonly id: string;
        /** A listed symbol, in capital letters. */
        readonly symbol: string;
        /** Length of a bar: 1m, 15m, 4h, 1d, 1w, 1M (m minutes, M months). */
        readonly interval: string;
      })[];
      /** Length of a bar: 1m, 15m, 4h, 1d, 1w, 1M (m minutes, M months). */
      readonly interval?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string | null;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string | null;
      /** Whose rules orders are filled by. */
      readonly profile?: "native" | "backtesting.py" | "backtrader" | "lean";
      /** Settings of the profile: cash, costs, fills. */
      readonly config?: Readonly<Record<string, unknown>>;
      /** Of all randomness: the same seed gives the same result. */
      readonly seed?: number | string;
      /** 9 is first; 5 is usual. */
      readonly priority?: number;
      /** Makes it a batch: many backtests of one strategy. */
      readonly batch?: {
        readonly type: "grid";
        /** What to try of each parameter: a list, { from, to, step }, or a text such as "20..200:20". */
        readonly grid: Readonly<Record<string, unknown>>;
      } | {
        readonly type: "random";
        /** What to try of each parameter: a list, { from, to, step }, or a text such as "20..200:20". */
        readonly space: Readonly<Record<string, unknown>>;
        /** Combinations to draw. */
        readonly count: number;
        /** Of all randomness: the same seed gives the same result. */
        readonly seed?: number | string;
      } | {
        readonly type: "list";
        readonly params: readonly Readonly<Record<string, unknown>>[];
      } | {
        readonly type: "walk-forward";
        /** What to try of each parameter: a list, { from, to, step }, or a text such as "20..200:20". */
        readonly grid: Readonly<Record<string, unknown>>;
        readonly windows: number;
        /** Part that chooses. Default 0.7. */
        readonly inSampleShare?: number;
        /** Every window begins at the first bar. */
        readonly anchored?: boolean;
      };
      /** Of a batch: each is tried with all combinations. */
      readonly periods?: readonly ({
        /** RFC 3339, or a date: its midnight in UTC. */
        readonly from?: string | null;
        /** RFC 3339, or a date: its midnight in UTC. */
        readonly to?: string | null;
      })[];
      /** Of a batch: each symbol by itself, instead of all of them together. */
      readonly each?: boolean;
      /** Of a batch: the statistic that ranks. */
      readonly rankBy?: "equityFinal" | "equityPeak" | "return" | "cagr" | "duration" | "exposure" | "annualVolatility" | "sharpe" | "sortino" | "calmar" | "maxDrawdown" | "averageDrawdown" | "maxDrawdownDays" | "averageDrawdownDays" | "buyAndHoldReturn" | "alpha" | "beta" | "trades" | "openTrades" | "longTrades" | "shortTrades" | "winRate" | "bestTrade" | "worstTrade" | "averageTrade" | "expectancy" | "profitFactor" | "sqn" | "kelly" | "averageTradeDays" | "maxTradeDays" | "fees" | "commission" | "funding" | "borrow" | "dividends" | "turnover" | "annualTurnover";
    };
    readonly answer: Backtest | Batch;
  };
  /** Your backtests and batches */
  readonly 'GET /api/v1/backtests': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      readonly status?: "queued" | "reserved" | "running" | "storing" | "completed" | "failed" | "cancelled";
      /** A listed symbol, in capital letters. */
      readonly symbol?: string;
      readonly strategyId?: string;
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly owner?: string;
        readonly strategyId?: string;
        readonly strategyName?: string;
        readonly strategyVersion?: number;
        readonly createdAt?: string;
        readonly finishedAt?: string | null;
        readonly kind?: "single" | "batch";
        readonly status?: "queued" | "reserved" | "running" | "storing" | "completed" | "failed" | "cancelled";
        /** null, or why. */
        readonly failure?: unknown;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** One backtest or batch */
  readonly 'GET /api/v1/backtests/{id}': {
    readonly path: {
      /** Id of a backtest or a batch. */
      readonly id: string;
    };
    readonly answer: Backtest | Batch;
  };
  /** Cancel a backtest or a batch */
  readonly 'DELETE /api/v1/backtests/{id}': {
    readonly path: {
      /** Id of a backtest or a batch. */
      readonly id: string;
    };
    readonly answer: Backtest | Batch;
  };
  /** What came of it */
  readonly 'GET /api/v1/backtests/{id}/results': {
    readonly path: {
      /** Id of a backtest or a batch. */
      readonly id: string;
    };
    readonly answer: BacktestResults | Ranking;
  };
  /** Rows of a table */
  readonly 'GET /api/v1/backtests/{id}/results/{table}': {
    readonly path: {
      /** Id of a backtest or a batch. */
      readonly id: string;
      readonly table: "trades" | "orders" | "fills" | "equity" | "log";
    };
    readonly query?: {
      readonly offset?: number;
      /** As JSON 100 by default. */
      readonly limit?: number;
      readonly format?: "json" | "csv" | "parquet";
    };
    readonly answer: ResultRows;
  };
  /** A whole table as a file */
  readonly 'GET /api/v1/backtests/{id}/results/export': {
    readonly path: {
      /** Id of a backtest or a batch. */
      readonly id: string;
    };
    readonly query?: {
      readonly table?: "trades" | "orders" | "fills" | "equity" | "log";
      readonly format?: "json" | "csv" | "parquet";
    };
    readonly answer: unknown;
  };
  /** The report as one HTML page */
  readonly 'GET /api/v1/backtests/{id}/report': {
    readonly path: {
      /** Id of a backtest or a batch. */
      readonly id: string;
    };
    readonly query?: {
      /** As a file. */
      readonly download?: boolean;
    };
    readonly answer: string;
  };
  /** Your notifications, the newest first */
  readonly 'GET /api/v1/notifications': {
    readonly query?: {
      readonly limit?: number;
      /** nextCursor of the page before. */
      readonly cursor?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly from?: string;
      /** RFC 3339, or a date: its midnight in UTC. */
      readonly to?: string;
      /** By time. */
      readonly sort?: "asc" | "desc";
      /** Names of the fields to be shown. */
      readonly fields?: string;
      /** true: only these; false: only those that were read. */
      readonly unread?: boolean;
    };
    readonly answer: {
      readonly data: readonly ({
        readonly id?: string;
        readonly kind?: "backtest.completed" | "backtest.failed" | "backtest.cancelled" | "batch.completed" | "deployment.failed" | "order.filled" | "order.rejected" | "import.completed" | "import.failed" | "account.security" | "message";
        readonly title?: string;
        readonly text?: string;
        /** Ids of what it is about, for links. */
        readonly about?: Readonly<Record<string, string>>;
        readonly at?: string;
        readonly readAt?: string | null;
      })[];
      readonly nextCursor: string | null;
    };
  };
  /** Mark notifications as read */
  readonly 'POST /api/v1/notifications/mark-read': {
    readonly body: {
      /** Ids of notifications, or "all". */
      readonly ids: readonly string[] | "all";
    };
    readonly answer: {
      /** Of those named, how many were unread. */
      readonly marked: number;
      /** How many are left. */
      readonly unread: number;
    };
  };
  /** Send a message to users */
  readonly 'POST /api/v1/notifications/send': {
    readonly body: {
      /** One user, all active users of a role, or all active users. */
      readonly to: {
        readonly userId: string;
      } | {
        readonly role: "viewer" | "trader" | "quant" | "admin";
      } | "all";
      readonly title: string;
      readonly text: string;
    };
    readonly answer: {
      readonly recipients: number;
    };
  };
  /** Import a file of prices */
  readonly 'POST /api/v1/data/batch-import': {
    readonly query: {
      /** A listed symbol, in capital letters. */
      readonly symbol: string;
      /** Bars are stored by the minute or by the day. */
      readonly interval?: "1m" | "1d";
      /** Leave rows out that can not be bars, and name them. */
      readonly skipBad?: boolean;
      /** For you. */
      readonly fileName?: string;
    };
    readonly answer: Import;
  };
}
