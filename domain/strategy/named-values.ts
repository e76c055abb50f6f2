/** Objects whose missing names are told: reading one throws a mistake with a remedy instead of giving undefined. */

import type { StrategyMistake } from './mistake.ts';

/** What a name that is not there is answered with. */
type Missing = (name: string) => StrategyMistake;

/** Asked of any object by promises and by JSON; everything on Object's own prototype is answered as always. */
const askedOfAnything: readonly string[] = ['then', 'toJSON'];

/**
 * The values, frozen, on a prototype that throws for names which are not there. Reading a name that
 * is there costs what it costs of any object.
 */
export const namedValues = <T>(values: Readonly<Record<string, T>>, missing: Missing): Readonly<Record<string, T>> => {
  const prototype: object = new Proxy(Object.freeze({}), {
    get: (target, key): unknown => {
      if (typeof key === 'symbol' || key in target || askedOfAnything.includes(key)) return Reflect.get(target, key);
      throw missing(key);
    },
  });
  const named: Record<string, T> = Object.create(prototype) as Record<string, T>; // filled by the next line
  return Object.freeze(Object.assign(named, values));
};

/** Stands for a state that `init` has not returned: whatever is read from it or written to it throws. */
export const missingState = (missing: Missing): object => {
  const refuse = (_target: object, key: string | symbol): never => {
    throw missing(typeof key === 'symbol' ? 'values in a list' : `"${key}"`);
  };
  return new Proxy(Object.freeze({}), {
    get: (target, key): unknown => {
      const isAskedOfAnything =
        typeof key === 'symbol' ? key !== Symbol.iterator : key in target || askedOfAnything.includes(key);
      return isAskedOfAnything ? Reflect.get(target, key) : refuse(target, key);
    },
    set: refuse,
  });
};
