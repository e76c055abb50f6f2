/**
 * One isolate with the platform in it, and the strategies that run there. Lives in a runner's
 * process; nothing in this file waits, and no reference to a host object ever enters the isolate
 * apart from copies of data and the one callback for progress.
 */

import type IsolatedVM from 'isolated-vm';
import type { SandboxFailure } from './failure.ts';
import { entryModule, prepareModule, resolveOwn, strategyDoor } from './runner-modules.ts';
import type { IsolateModules } from './runner-modules.ts';
import { factoryText } from './strategy-factory.ts';
import { linkFailure, resolveImport } from './strategy-imports.ts';
import { checkSource, compileFailure, javaScriptOf, SourceRefused } from './strategy-source.ts';
import type { StrategySource } from './strategy-source.ts';
import { readThrown, thrownFailure, userPrefix } from './thrown-failure.ts';
import type { ReportedThrown } from './thrown-failure.ts';

type Ivm = typeof IsolatedVM;
type Module = IsolatedVM.Module;

/** A strategy's files as JavaScript, ready to be evaluated once for each run. */
export interface CompiledStrategy {
  readonly source: StrategySource;
  /** By file name. */
  readonly javaScript: ReadonlyMap<string, string>;
  /** Evaluates it once per call, where its source allows that; see `factoryText`. */
  readonly factory: IsolatedVM.Reference | null;
}

/** What one evaluation of a strategy gave: something to hand to the entry, or what is wrong. */
type Evaluated =
  | { readonly namespace: IsolatedVM.Reference<Record<string, unknown>>; readonly modules: readonly Module[] }
  | { readonly failure: SandboxFailure };

type TextOrFailure = { readonly text: string } | { readonly failure: SandboxFailure };

export interface IsolateOptions {
  readonly ivm: Ivm;
  readonly modules: IsolateModules;
  /** Of the isolate's heap; the process is watched from outside as well. */
  readonly memoryLimitMiB: number;
  /** Ends a call into the isolate after that time; null where something outside surely does. */
  readonly callLimitMs: number | null;
  readonly onProgress: (step: number, steps: number, equity: number) => void;
}

export class StrategyIsolate {
  readonly #ivm: Ivm;
  readonly #isolate: IsolatedVM.Isolate;
  readonly #within: { readonly timeout?: number };
  readonly #context: IsolatedVM.Context;
  /** The platform's modules by path, and their paths. */
  readonly #own = new Map<string, Module>();
  readonly #paths = new Map<Module, string>();
  /** What a strategy can import from the door. */
  readonly #doorNames: readonly string[];
  readonly #entry: IsolatedVM.Reference<Record<string, unknown>>;
  readonly #functions = new Map<string, IsolatedVM.Reference>();

  constructor({ ivm, modules, memoryLimitMiB, callLimitMs, onProgress }: IsolateOptions) {
    this.#within = callLimitMs === null ? {} : { timeout: callLimitMs };
    this.#ivm = ivm;
    this.#isolate = new ivm.Isolate({ memoryLimit: memoryLimitMiB });
    this.#context = this.#isolate.createContextSync();
    const prepare = this.#loadOwn(prepareModule, modules);
    prepare.evaluateSync();
    const entry = this.#loadOwn(entryModule, modules);
    entry.evaluateSync();
    const door = this.#loadOwn(strategyDoor, modules);
    door.evaluateSync();
    this.#doorNames = [...(modules[strategyDoor] ?? '').matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.replace(/^.*\sas\s/, '').trim()),
    );
    this.#entry = entry.namespace;
    const all = this.#loadOwn(allModule, { [allModule]: importingAll([...this.#own.keys()]) });
    all.evaluateSync();
    prepare.namespace.getSync('close', { reference: true }).applySync(undefined, [all.namespace.derefInto()]);
    this.#call('connect', [new ivm.Callback(onProgress), door.namespace.derefInto()]);
  }

  /** Takes in a feed; the columns' memory moves into the isolate. */
  addFeed(metaText: string, columns: readonly Float64Array[]): void {
    const moved = columns.map((column) =>
      new this.#ivm.ExternalCopy(column, { transferOut: true }).copyInto({ transferIn: true, release: true }),
    );
    this.#call('addFeed', [metaText, ...moved]);
  }

  clearFeeds(): void {
    this.#call('clearFeeds', []);
  }

  /** Makes a source ready to run. Throws {@link SourceRefused}. */
  compile(source: StrategySource): CompiledStrategy {
    checkSource(source);
    const javaScript = new Map<string, string>();
    const pending = [source.entry];
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      if (javaScript.has(file)) continue;
      const text = javaScriptOf(file, source.files[file] ?? '');
      javaScript.set(file, text);
      const module = this.#compileUser(file, text, source);
      for (const specifier of module.dependencySpecifiers) {
        const target = resolveImport(specifier, file, source);
        if (target !== null) pending.push(target);
      }
      module.release();
    }
    return {
      source,
      javaScript,
      factory: javaScript.size === 1 ? this.#factory(source.entry, javaScript.get(source.entry) ?? '') : null,
    };
  }

  /** Evaluates the strategy and hands its module to a function of the entry; texts go in and come out. */
  withStrategy(strategy: CompiledStrategy, callee: 'describe' | 'judge' | 'run', ...args: string[]): TextOrFailure {
    if (strategy.factory !== null && callee === 'run')
      return this.#hand(strategy, callee, [strategy.factory.derefInto(), ...args]);
    const evaluated = this.#evaluate(strategy);
    if ('failure' in evaluated) return evaluated;
    try {
      return this.#hand(strategy, callee, [evaluated.namespace.derefInto(), ...args]);
    } finally {
      evaluated.namespace.release();
      for (const module of evaluated.modules) module.release();
    }
  }

  #hand({ source }: CompiledStrategy, callee: string, args: readonly unknown[]): TextOrFailure {
    try {
      return { text: String(this.#call(callee, args)) };
    } catch (error) {
      if (this.#isolate.isDisposed) throw error;
      const text = String(this.#call('takeAnswer', []));
      return text === '' ? { failure: crossedFailure(error as Error, source) } : { text }; // the entry catches all else, and what crosses is an error
    }
  }

  takeText(callee: 'nextRows'): string {
    return String(this.#call(callee, []));
  }

  takeNumbers(callee: 'takeNumbers' | 'rowNumbers', ...args: string[]): Float64Array {
    const copy: unknown = this.#function(callee).applySync(undefined, args, { result: { externalCopy: true } });
    const value: unknown = (copy as IsolatedVM.ExternalCopy<unknown>).copy({ transferIn: true, release: true }); // asked for by the option
    return value instanceof Float64Array ? value : new Float64Array(0);
  }

  release(): void {
    this.#call('release', []);
  }

  /** Compiles a module of ours with all it imports, which may be in circles, and links them. */
  #loadOwn(path: string, modules: IsolateModules): Module {
    const pending = [path];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (this.#own.has(next)) continue;
      const source = modules[next];
      if (source === undefined) throw new Error(`the runner's image has no module ${next}`);
      const module = this.#isolate.compileModuleSync(source, { filename: next });
      this.#own.set(next, module);
      this.#paths.set(module, next);
      for (const specifier of module.dependencySpecifiers) pending.push(this.#ownPath(specifier, next));
    }
    const module = this.#own.get(path) as Module; // compiled above, or before
    module.instantiateSync(
      this.#context,
      (specifier, referrer) => this.#own.get(this.#ownPath(specifier, this.#paths.get(referrer) ?? '')) as Module,
    ); // likewise
    return module;
  }

  #ownPath(specifier: string, from: string): string {
    const path = resolveOwn(specifier, from);
    if (path === null) throw new Error(`${from} imports ${specifier}, which is not there in an isolate`);
    return path;
  }

  #compileUser(file: string, text: string, source: StrategySource): Module {
    try {
      return this.#isolate.compileModuleSync(text, { filename: `${userPrefix}${file}` });
    } catch (error) {
      const message = (error as Error).message; // the isolate throws nothing but errors
      const place = /^(.*) \[strategy:(.+):(\d+):(\d+)\]$/s.exec(message);
      if (place === null) throw new SourceRefused(compileFailure(message, null, ''));
      const position = { file, line: Number(place[3]), column: Number(place[4]) };
      throw new SourceRefused(
        compileFailure(`${place[1] ?? ''}.`, position, source.files[file] ?? '', remedyForSyntax(place[1] ?? '')),
      );
    }
  }

  #factory(file: string, javaScript: string): IsolatedVM.Reference | null {
    const text = factoryText(javaScript);
    if (text === null) return null;
    try {
      const script = this.#isolate.compileScriptSync(text, { filename: `${userPrefix}${file}`, lineOffset: -1 });
      return script.runSync(this.#context, { reference: true });
    } catch {
      return null; // the text was not what it looked like: the strategy runs as a module
    }
  }

  #evaluate({ source, javaScript }: CompiledStrategy): Evaluated {
    const modules = new Map<string, Module>();
    for (const [file, text] of javaScript)
      modules.set(file, this.#isolate.compileModuleSync(text, { filename: `${userPrefix}${file}` }));
    const names = new Map([...modules].map(([file, module]) => [module, file]));
    const entry = modules.get(source.entry) as Module; // compile() put it first
    try {
      entry.instantiateSync(this.#context, (specifier, referrer) => {
        const target = resolveImport(specifier, names.get(referrer) ?? source.entry, source);
        return (target === null ? this.#own.get(strategyDoor) : modules.get(target)) as Module; // compile() followed the same imports
      });
    } catch (error) {
      return { failure: linkFailure(error as Error, source, this.#doorNames) }; // it throws nothing but errors
    }
    try {
      entry.evaluateSync(this.#within);
    } catch (error) {
      if (this.#isolate.isDisposed) throw error;
      return { failure: { ...thrownFailure(this.#describe(error as Error), source), code: 'strategy-threw' } }; // the boundary turns everything into errors
    }
    return { namespace: entry.namespace, modules: [...modules.values()] };
  }

  /** What an evaluation threw; of the platform's own mistakes with their code and remedy, which do not cross by themselves. */
  #describe({ name, message, stack }: Error): ReportedThrown {
    const mistake = readThrown(parsed(String(this.#call('takeMistake', []))));
    if (mistake.message === message && mistake.name === name) return mistake;
    return readThrown({
      name,
      message: /isolated-vm/.test(message) ? 'The strategy threw something that is no Error.' : message,
      stack,
    });
  }

  #function(name: string): IsolatedVM.Reference {
    let found = this.#functions.get(name);
    if (found === undefined) {
      found = this.#entry.getSync(name, { reference: true }) as IsolatedVM.Reference; // asked for by the option
      this.#functions.set(name, found);
    }
    return found;
  }

  #call(name: string, args: readonly unknown[]): unknown {
    return this.#function(name).applySync(undefined, [...args], this.#within);
  }
}

/** An error came out of the entry itself: the strategy's declaration holds what can't be told, such as a BigInt. */
const crossedFailure = ({ name, message, stack }: Error, source: StrategySource): SandboxFailure => ({
  ...thrownFailure(readThrown({ name, message, stack }), source),
  code: 'strategy-threw',
});

/** A module that leads to every other, for freezing them. It stands at the root, where paths are as they are. */
const allModule = 'all.ts';

const importingAll = (paths: readonly string[]): string =>
  paths.map((path, i) => `export * as module${i} from './${path}';`).join('\n');

const remedyForSyntax = (message: string): string | null => {
  if (/await is only valid|Unexpected reserved word/.test(message))
    return 'Remove "await": everything a strategy can reach answers at once.';
  if (/Invalid or unexpected token/.test(message))
    return 'Decorators and other proposals of the language are not available.';
  return null;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null; // only a broken isolate writes this; its reader finds nothing in null
  }
};
