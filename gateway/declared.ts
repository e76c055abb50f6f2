/** What versions of strategies declare: known from their last test, else found by compiling them. */

import { strategyKind } from '#actors';
import type { FastifyRequest } from 'fastify';
import type { Declared, Diagnostic, SourceFiles } from '#ports';
import { ProblemError } from './errors.ts';
import { answerOf, principalOf } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { gateOf } from './runner-gate.ts';

/** Some kilobytes each; a version never changes. */
const rememberedMax = 1_000;

interface Version {
  readonly strategyId: string;
  readonly version: number;
  readonly source: SourceFiles;
}

export class DeclaredStrategies {
  readonly #gateway: Gateway;
  /** The least recently found first. */
  readonly #known = new Map<string, Declared>();

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** Refused as `strategy-broken` where it does not compile. The caller owns the strategy. */
  async of(request: Pick<FastifyRequest, 'id' | 'principal'>, version: Version): Promise<Declared> {
    const key = `${version.strategyId}@${version.version}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const declared = (await this.#tested(request, version)) ?? (await this.#compiled(request, version));
    this.#known.set(key, declared);
    const [oldest] = this.#known.keys();
    if (this.#known.size > rememberedMax && oldest !== undefined) this.#known.delete(oldest);
    return declared;
  }

  async #tested(request: Pick<FastifyRequest, 'id'>, { strategyId, version }: Version): Promise<Declared | null> {
    const answer = await answerOf(this.#gateway, request, strategyKind, strategyId, { type: 'GetStrategy' });
    // A strategy that has been deleted meanwhile can still be compiled from what its backtest keeps.
    if (answer.type === 'refused') return null;
    const { head, lastTest, declared } = answer.reply;
    return lastTest?.ok === true && lastTest.version === version && head.version === version ? declared : null;
  }

  async #compiled(request: Pick<FastifyRequest, 'principal'>, { source }: Version): Promise<Declared> {
    const { jobRunner } = this.#gateway.parts;
    const { userId } = principalOf(request);
    const compiled = await gateOf(jobRunner).run(async () => await jobRunner.compile(userId, source));
    if (compiled.ok) return compiled.declared;
    throw broken(compiled.diagnostic);
  }
}

const broken = ({ code, message, remedy, file, line, column }: Diagnostic): ProblemError => {
  const place = file === null ? '' : ` (${[file, line, column].filter((part) => part !== null).join(':')})`;
  return new ProblemError('strategy-broken', `${code}: ${message}${place}`, {
    errors: [{ pointer: '/strategyId', message, ...(remedy === null ? {} : { remedy }) }],
  });
};
