/** The modules that an isolate is made of, and how they find each other. */

/** Stripped sources by their path from the project's root. */
export type IsolateModules = Readonly<Record<string, string>>;

/**
 * Where a runner's process finds them: in a file, as JSON, or in the message that boots it. The file
 * makes that message so small that it leaves at once, even when its sender is busy from then on.
 */
export type ModulesPlace = { readonly file: string } | { readonly inline: IsolateModules };

export const prepareModule = 'sandbox/inside/prepare.ts';
export const entryModule = 'sandbox/inside/entry.ts';
export const strategyDoor = 'domain/strategy/index.ts';
const domainDoor = 'domain/index.ts';

/** Where an import of ours leads, as a path from the root; null for packages and built-in modules. */
export const resolveOwn = (specifier: string, from: string): string | null => {
  if (specifier === '#domain') return domainDoor;
  if (!specifier.startsWith('.')) return null;
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
};
