/** What routes there are, and answers for paths and methods that none of them takes. */

import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { sendProblem } from './answer-errors.ts';
import { ProblemError } from './errors.ts';
import type { Permission } from './permissions.ts';

export interface KnownRoute {
  readonly method: string;
  /** With its parameters: `/api/v1/strategies/:id`. */
  readonly url: string;
  /** null: public. */
  readonly permission: Permission | null;
  /** Schemas of its answers by status. */
  readonly answers: Readonly<Record<string, unknown>>;
}

export class KnownRoutes {
  /** In order of declaration. */
  readonly all: KnownRoute[] = [];
  readonly #routes = new Map<string, { readonly form: RegExp; readonly methods: Set<string> }>();

  add(route: RouteOptions): void {
    const known = this.#routes.get(route.url) ?? { form: formOf(route.url), methods: new Set<string>() };
    for (const method of Array.isArray(route.method) ? route.method : [route.method]) {
      known.methods.add(method);
      this.all.push({
        method,
        url: route.url,
        permission: route.config?.permission ?? null,
        answers: { ...(route.schema?.response as object | undefined) }, // an object of schemas by status, where there is one
      });
    }
    this.#routes.set(route.url, known);
  }

  methodsOf(path: string): readonly string[] {
    const methods = new Set<string>();
    for (const route of this.#routes.values()) {
      if (route.form.test(path)) for (const method of route.methods) methods.add(method);
    }
    return [...methods].sort();
  }

  readonly answer = (request: FastifyRequest, reply: FastifyReply): void => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = this.methodsOf(path);
    if (methods.length === 0) {
      sendProblem(reply, request.id, new ProblemError('route-unknown'));
      return;
    }
    const allow = methods.join(', ');
    const detail = `${path} takes ${allow}.`;
    sendProblem(reply, request.id, new ProblemError('method-not-allowed', detail, { headers: { allow } }));
  };
}

/** `/strategies/:id` as an expression; `::` in a route is a colon. */
export const formOf = (url: string): RegExp => {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*';
    return part
      .split('::')
      .map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/:\w+/g, '[^/]+'))
      .join(':');
  });
  return new RegExp(`^${parts.join('/')}/?$`);
};
