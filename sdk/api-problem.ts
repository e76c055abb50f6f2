/** What a request is refused with: a problem document of the API, or that there was no answer. */

import type { FieldProblem, Problem } from './api-types.ts';

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: Problem;
  /** Seconds to wait before another try; null where the server named none. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail === '' ? problem.title : problem.detail);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  get errors(): readonly FieldProblem[] {
    return this.problem.errors;
  }

  /** What to do about it; null where the server says nothing. */
  get remedy(): string | null {
    return this.problem.errors.find(({ remedy }) => remedy !== undefined)?.remedy ?? null;
  }
}

/** The server could not be reached; whether it has done what was asked is not known. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';

  constructor(cause: unknown) {
    super('The server can not be reached.', { cause });
  }
}

/** The problem in an answer; answers that are none of ours (a proxy's) become one of their status. */
export const problemOf = async (response: Response): Promise<ApiProblem> => {
  const text = await response.text();
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : null;
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  if (isProblem) {
    const given = JSON.parse(text) as Partial<Problem>; // of the API, which describes it
    const {
      type = 'about:blank',
      title = '',
      status = response.status,
      code = 'unknown',
      detail = '',
      traceId = '',
      errors = [],
    } = given;
    return new ApiProblem({ type, title, status, code, detail, traceId, errors }, retryAfter);
  }
  const title = `The server answered ${response.status}.`;
  const traceId = response.headers.get('x-request-id') ?? '';
  return new ApiProblem(
    { type: 'about:blank', title, status: response.status, code: 'unknown', detail: '', traceId, errors: [] },
    retryAfter,
  );
};
