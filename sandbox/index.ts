/** The door of the sandbox: running strategies that nobody has to trust. */

export { failureCodes } from './failure.ts';
export type { FailureCode, SandboxFailure, SourcePosition } from './failure.ts';
export type { StrategyDeclaration } from './declaration.ts';
export { defaultLimits } from './limits.ts';
export type { RunLimits } from './limits.ts';
export { engineFlags } from './launch.ts';
export type { SandboxAbilities } from './launch.ts';
export { platformDigest } from './runner-image.ts';
export { RunnerPool } from './runner-pool.ts';
export type { BatchOutcome, RunnerPoolOptions } from './runner-pool.ts';
export { compileStrategy, Runner, sandboxAbilities, startRunner } from './runner.ts';
export type { Outcome, RunOutcome, SandboxProgress } from './outcome.ts';
export type { RunnerOptions, RunOptions } from './runner.ts';
export type { SandboxJob } from './runner-messages.ts';
export type { StrategySource } from './strategy-source.ts';
