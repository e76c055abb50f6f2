import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { factoryText } from './strategy-factory.ts';

/** Evaluates a factory as a runner's isolate does. */
const evaluated = (module: string, api: Readonly<Record<string, unknown>>): unknown => {
  const text = factoryText(module);
  if (text === null) throw new Error('not of the usual shape');
  const factory: unknown = runInThisContext(text);
  const slot: { is?: unknown } = {};
  (factory as (api: object, slot: object) => void)(api, slot); // the text is a function's
  return slot.is;
};

const api = { a: 1, b: 2, defineStrategy: (spec: unknown) => spec };

describe('a module as a function', () => {
  test('has its imports, and leaves its default export', () => {
    expect(
      evaluated(
        "import { a, b as second } from 'xtrading/strategy';\nconst sum = a + second;\nexport default { sum };\nconst after = 1;",
        api,
      ),
    ).toEqual({ sum: 3 });
  });

  test('takes imports over several lines, with a comma at the end, and from several statements', () => {
    expect(
      evaluated(
        "import {\n  a,\n  b,\n} from \"xtrading/strategy\";\nimport { defineStrategy } from 'xtrading/strategy'\nimport {} from 'xtrading/strategy';\nexport default defineStrategy(a + b);",
        api,
      ),
    ).toBe(3);
  });

  test('keeps each character after the imports at its column, one line further down', () => {
    const module =
      "import { a } from 'xtrading/strategy'; const x = 1;\nexport default { place: new Error().stack };\n";
    const lines = (factoryText(module) ?? '').split('\n');
    expect(lines[1]?.indexOf('const x')).toBe(module.indexOf('const x'));
    expect(lines[2]?.indexOf('{ place')).toBe('export default '.length);
  });

  test('starts from nothing each time it is called', () => {
    const module =
      "import { a } from 'xtrading/strategy';\nlet runs = 0;\nclass Box {}\nexport default { count: () => ++runs, Box };";
    const factory = runInThisContext(factoryText(module) ?? '') as (
      api: object,
      slot: { is?: { count: () => number; Box: unknown } },
    ) => void; // as above
    const [first, second]: { is?: { count: () => number; Box: unknown } }[] = [{}, {}];
    factory(api, first ?? {});
    factory(api, second ?? {});
    expect([first?.is?.count(), first?.is?.count(), second?.is?.count()]).toEqual([1, 2, 1]);
    expect(first?.is?.Box).not.toBe(second?.is?.Box);
  });

  test('is strict and has no receiver, as a module has', () => {
    expect(evaluated('const self = this;\nexport default self;', api)).toBeUndefined();
    expect(() => evaluated('undeclared = 1;\nexport default 1;', api)).toThrow(ReferenceError);
  });

  test.each([
    ['imports a file of its own', "import { x } from './x.ts';\nexport default 1;"],
    ['imports everything under one name', "import * as api from 'xtrading/strategy';\nexport default 1;"],
    ['imports within a line', "const a = 1; import { b } from 'xtrading/strategy';\nexport default 1;"],
    ['imports dynamically', "export default import('x');"],
    ['reads import.meta', 'export default import.meta;'],
    ['exports a function', 'export default function f() {}'],
    ['exports a class', 'export default class {}'],
    ['exports more', 'export const a = 1;\nexport default 1;'],
    ['exports under another form', 'const a = 1;\nexport { a as default };'],
    ['exports nothing', 'const a = 1;'],
    ['speaks of exports elsewhere', 'const text = `\nexport default 2;\n`;\nexport default 1;'],
    ['knows our names', 'const $api = 1;\nexport default $api;'],
  ])('is not made of a module that %s', (_name, module) => {
    expect(factoryText(module)).toBeNull();
  });
});

test.each([
  ['await before a regular expression', 'await / "[" }); outside(); (function () { "]" /g;\nexport default 1;'],
  ['a comment of HTML', 'const a = 1;\na <!-- 1;\nexport default a;'],
  ['the end of a comment of HTML', 'let a = 1;\na\n--> 0;\nexport default a;'],
])('%s, which a script reads otherwise than a module, is left to the module', (_name, module) => {
  expect(factoryText(module)).toBeNull();
});
