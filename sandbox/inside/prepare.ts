/** The first module of an isolate: makes its global scope ready before the platform's modules arrive. */

import { freezeRealm, prepareRealm } from './realm.ts';
import { runSources } from './run-sources.ts';

prepareRealm(runSources);

/** Called by the host when the platform's modules are there, with their namespaces, before any user code. */
export const close = (...namespaces: object[]): void => freezeRealm(namespaces);
