/** How a parameter may be set, in words. */

import type { Param } from '#sdk';

/** Beyond these a range was not given. */
const openMin = Number.MIN_SAFE_INTEGER;
const openMax = Number.MAX_SAFE_INTEGER;

export const describeRange = (param: Param): string => {
  switch (param.kind) {
    case 'choice':
      return param.options.join(' | ');
    case 'flag':
      return 'yes or no';
    case 'int':
    case 'float': {
      const name = param.kind === 'int' ? 'whole number' : 'number';
      const low = param.min <= openMin ? null : param.min;
      const high = param.max >= openMax ? null : param.max;
      if (low === null && high === null) return name;
      if (low === null) return `${name} up to ${high}`;
      return high === null ? `${name} from ${low}` : `${name} ${low}…${high}`;
    }
  }
};
