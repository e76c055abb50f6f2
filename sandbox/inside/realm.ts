/**
 * Turns the global scope of an isolate into one in which strategies run: no clock, no randomness, no
 * locale, no code from strings, and nothing that one run could change for the next. Runs inside the
 * isolate: `prepareRealm` before any other module, `freezeRealm` after the platform's modules and
 * before the first line of user code.
 */

/** Where `Date` and `Math.random` take their values from, and where `console` writes. */
export interface RealmSources {
  /** Milliseconds UTC. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly log: (values: readonly unknown[]) => void;
}

/** Frames kept of a stack: enough to reach the strategy's own line through the platform's. */
const stackFramesMax = 50;

/**
 * The globals that stay. A list of what is allowed, not of what is forbidden, so that a new engine
 * release can't bring in a clock or shared memory unnoticed.
 */
const allowedGlobals = new Set([
  'Object',
  'Function',
  'Array',
  'Number',
  'parseFloat',
  'parseInt',
  'Infinity',
  'NaN',
  'undefined',
  'Boolean',
  'String',
  'Symbol',
  'Date',
  'Promise',
  'RegExp',
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'SuppressedError',
  'globalThis',
  'JSON',
  'Math',
  'ArrayBuffer',
  'Uint8Array',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'BigUint64Array',
  'BigInt64Array',
  'Uint8ClampedArray',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'DataView',
  'Map',
  'BigInt',
  'Set',
  'Iterator',
  'WeakMap',
  'WeakSet',
  'Proxy',
  'Reflect',
  'decodeURI',
  'decodeURIComponent',
  'encodeURI',
  'encodeURIComponent',
  'isFinite',
  'isNaN',
  'DisposableStack',
  'eval',
  'console',
]);

/** Replaces what depends on the host. `sources` are asked each time, so they may change from run to run. */
export const prepareRealm = (sources: RealmSources): void => {
  for (const key of Reflect.ownKeys(globalThis)) {
    if (typeof key === 'string' && allowedGlobals.has(key)) continue;
    if (key === Symbol.toStringTag) continue;
    if (!Reflect.deleteProperty(globalThis, key)) throw new Error(`the global ${String(key)} can't be removed`);
  }
  forbidCodeFromStrings();
  replaceDate(sources.now);
  define(Math, 'random', () => sources.random());
  replaceConsole(sources.log);
  removeLocales();
  for (const key of Reflect.ownKeys(RegExp)) {
    // RegExp.$1, lastMatch and the like remember the last match of anybody in the isolate.
    if (typeof key === 'string' && Reflect.getOwnPropertyDescriptor(RegExp, key)?.get !== undefined)
      Reflect.deleteProperty(RegExp, key);
  }
  Error.stackTraceLimit = stackFramesMax;
  define(globalThis, 'platformClasses', []);
};

/** Classes of the platform's modules, gathered while they load; each module ends with adding its own. */
const takePlatformClasses = (): readonly PlatformClass[] => {
  const { platformClasses } = globalThis as unknown as { readonly platformClasses: readonly PlatformClass[] }; // set by prepareRealm
  Reflect.deleteProperty(globalThis, 'platformClasses');
  return platformClasses;
};

type PlatformClass = abstract new (...args: never[]) => object;

/**
 * Freezes every intrinsic and everything that `roots` lead to, and the global object itself. Typed
 * arrays among them stay writable (the language can't freeze them): roots must lead to none.
 */
export const freezeRealm = (roots: readonly object[]): void => {
  allowOverriding();
  const classes = takePlatformClasses();
  for (const { prototype } of classes) {
    // Errors keep their constructor, which strategies compare with; of other classes none makes instances.
    if (!(prototype instanceof Error)) Reflect.deleteProperty(prototype, 'constructor');
  }
  const seen = new Set<object>();
  const pending: unknown[] = [globalThis, ...hiddenIntrinsics(), ...classes, ...roots];
  while (pending.length > 0) {
    const next = pending.pop();
    if ((typeof next !== 'object' && typeof next !== 'function') || next === null || seen.has(next)) continue;
    seen.add(next);
    pending.push(Reflect.getPrototypeOf(next));
    for (const key of Reflect.ownKeys(next)) {
      const property = Reflect.getOwnPropertyDescriptor(next, key);
      if (property === undefined) continue;
      pending.push(property.value, property.get, property.set);
    }
  }
  for (const object of seen) {
    if (ArrayBuffer.isView(object) || isModuleNamespace(object)) continue;
    Object.freeze(object);
  }
};

/** Namespaces of modules can't be frozen and need not be: their exports are read-only. */
const isModuleNamespace = (object: object): boolean =>
  Reflect.getPrototypeOf(object) === null && Reflect.get(object, Symbol.toStringTag) === 'Module';

const define = (target: object, name: PropertyKey, value: unknown): void => {
  Object.defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
};

/** `eval`, `Function` and its three hidden relatives refuse; `instanceof Function` goes on working. */
const forbidCodeFromStrings = (): void => {
  const refusal = "A strategy can't make code from strings: eval and the Function constructors are not available.";
  const kinds = [function () {}, function* () {}, async function () {}, async function* () {}];
  for (const kind of kinds) {
    const prototype = Reflect.getPrototypeOf(kind) as object; // a function's prototype is never null
    const refuse = function (): never {
      throw new TypeError(refusal);
    };
    Object.defineProperty(refuse, 'prototype', {
      value: prototype,
      writable: false,
      enumerable: false,
      configurable: false,
    });
    Object.defineProperty(prototype, 'constructor', {
      value: refuse,
      writable: true,
      enumerable: false,
      configurable: true,
    });
    if (prototype === Function.prototype) define(globalThis, 'Function', refuse);
  }
  define(globalThis, 'eval', () => {
    throw new TypeError(refusal);
  });
};

/** `Date` without the host's clock: `new Date()` and `Date.now()` give the run's time. */
const replaceDate = (now: () => number): void => {
  const HostDate = Date;
  const RunDate = function (this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return new HostDate(now()).toString();
    return Reflect.construct(HostDate, args.length === 0 ? [now()] : args, new.target);
  };
  Object.defineProperty(RunDate, 'name', { value: 'Date', configurable: true });
  Object.defineProperty(RunDate, 'length', { value: 7, configurable: true });
  Object.defineProperty(RunDate, 'prototype', {
    value: HostDate.prototype,
    writable: false,
    enumerable: false,
    configurable: false,
  });
  define(RunDate, 'now', () => now());
  define(RunDate, 'parse', HostDate.parse);
  define(RunDate, 'UTC', HostDate.UTC);
  define(HostDate.prototype, 'constructor', RunDate);
  Reflect.deleteProperty(HostDate.prototype, 'toTemporalInstant');
  define(globalThis, 'Date', RunDate);
};

const replaceConsole = (log: (values: readonly unknown[]) => void): void => {
  const write = (...values: unknown[]): void => log(values);
  define(globalThis, 'console', { log: write, info: write, warn: write, error: write, debug: write });
};

/** Methods that ask for the host's language or time zone give one answer everywhere. */
const removeLocales = (): void => {
  const plain = (prototype: object, name: string, instead: (this: never, ...args: never[]) => unknown): void =>
    define(prototype, name, instead);
  plain(Date.prototype, 'toLocaleString', function (this: Date) {
    return this.toISOString();
  });
  plain(Date.prototype, 'toLocaleDateString', function (this: Date) {
    return this.toISOString().slice(0, 10);
  });
  plain(Date.prototype, 'toLocaleTimeString', function (this: Date) {
    return this.toISOString().slice(11, 19);
  });
  plain(Number.prototype, 'toLocaleString', function (this: number) {
    return this.toString();
  });
  plain(BigInt.prototype, 'toLocaleString', function (this: bigint) {
    return this.toString();
  });
  plain(String.prototype, 'localeCompare', function (this: string, other: string) {
    const [left, right] = [String(this), String(other)];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  plain(String.prototype, 'toLocaleLowerCase', function (this: string) {
    return this.toLowerCase();
  });
  plain(String.prototype, 'toLocaleUpperCase', function (this: string) {
    return this.toUpperCase();
  });
  const typedArrayPrototype = Reflect.getPrototypeOf(Float64Array.prototype) as object; // %TypedArray%.prototype
  for (const prototype of [Array.prototype, typedArrayPrototype]) {
    plain(prototype, 'toLocaleString', function (this: readonly unknown[]) {
      return this.toString();
    });
  }
};

/**
 * A frozen prototype forbids its heirs to assign a property of the same name (`error.name = 'x'`,
 * `Point.prototype.toString = …`), which ordinary code does. On the prototypes where that is usual,
 * data properties become accessors whose setter gives the heir a property of its own.
 */
const allowOverriding = (): void => {
  const errors = [Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
  const prototypes: object[] = [
    Object.prototype,
    Function.prototype,
    Array.prototype,
    Date.prototype,
    Map.prototype,
    Set.prototype,
  ];
  for (const prototype of prototypes) {
    for (const key of [
      'constructor',
      'toString',
      'toLocaleString',
      'valueOf',
      'hasOwnProperty',
      'isPrototypeOf',
      'propertyIsEnumerable',
    ]) {
      overridable(prototype, key);
    }
  }
  for (const error of errors) {
    for (const key of ['name', 'message', 'constructor', 'toString']) overridable(error.prototype, key);
  }
};

const overridable = (prototype: object, key: string): void => {
  const property = Reflect.getOwnPropertyDescriptor(prototype, key);
  if (property === undefined || !('value' in property) || property.configurable !== true) return;
  // The language looks at an array's constructor each time it copies one; a getter would slow that.
  if (key === 'constructor' && prototype === Array.prototype) return;
  const { value } = property;
  Object.defineProperty(prototype, key, {
    get: () => value as unknown,
    set(this: unknown, own: unknown) {
      if (this === prototype || (typeof this !== 'object' && typeof this !== 'function') || this === null) {
        throw new TypeError(`${key} is shared by all runs and can't be changed`);
      }
      Object.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
    },
    enumerable: property.enumerable === true,
    configurable: true,
  });
};

/** Intrinsics that no global names. */
const hiddenIntrinsics = (): unknown[] => {
  const functions = [function () {}, function* () {}, async function () {}, async function* () {}, () => {}];
  const iterators: unknown[] = [
    [][Symbol.iterator](),
    ''[Symbol.iterator](),
    new Map().entries(),
    new Set().values(),
    'a'.matchAll(/a/g),
    Iterator.from({ next: () => ({ done: true, value: undefined }) }),
    [].values().map((value) => value),
  ];
  const failure = new Error('sample');
  const stack = Reflect.getOwnPropertyDescriptor(failure, 'stack');
  const callee = Reflect.getOwnPropertyDescriptor(
    (function (this: unknown) {
      return arguments; // %ThrowTypeError% hangs on it
    })(),
    'callee',
  );
  return [...functions, ...iterators, stack?.get, stack?.set, callee?.get, new Int8Array(0), failure];
};
