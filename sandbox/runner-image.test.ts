import { describe, expect, test } from 'vitest';
import { existsSync, readFileSync } from 'node:fs';
import { platformDigest, runnerImage, tellClasses } from './runner-image.ts';
import { entryModule, prepareModule, resolveOwn, strategyDoor } from './runner-modules.ts';

describe('the image of a runner', () => {
  const { processFile, modules: place } = runnerImage();
  const modules =
    'inline' in place ? place.inline : (JSON.parse(readFileSync(place.file, 'utf8')) as Record<string, string>); // just made

  test('holds every module that its modules import, without types', () => {
    expect(Object.keys(modules)).toEqual(expect.arrayContaining([prepareModule, entryModule, strategyDoor]));
    for (const [path, source] of Object.entries(modules)) {
      expect(source).not.toMatch(/^(import|export) type /m);
      for (const [, specifier = ''] of source.matchAll(/^(?:import|export)\b[^'"]*?\bfrom '([^']+)'/gm)) {
        expect(modules, `${path} imports ${specifier}`).toHaveProperty([resolveOwn(specifier, path) ?? specifier]);
      }
    }
  });

  test('has a program for the process that Node runs without looking for types', () => {
    expect(existsSync(processFile)).toBe(true);
    if (processFile.endsWith('.js')) expect(readFileSync(processFile, 'utf8')).not.toContain(".ts'");
  });

  test('is made once', () => {
    expect(runnerImage()).toBe(runnerImage());
    expect(platformDigest()).toMatch(/^[0-9a-f]{32}$/);
  });
});

test('a module tells its classes, exported or not, and nothing where it has none', () => {
  expect(tellClasses('class A {}\nexport class B extends A {}\n')).toBe(
    'class A {}\nexport class B extends A {}\n\nglobalThis.platformClasses?.push(A, B);\n',
  );
  expect(tellClasses('const a = 1; // class of its own\n')).toBe('const a = 1; // class of its own\n');
});
