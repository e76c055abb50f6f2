/** What the API shows and takes of strategies. */

import { Type } from 'typebox';
import { choice, closed, Instant, nullable } from './basics.ts';

export const SourceFiles = closed({
  files: Type.Record(Type.String(), Type.String(), { description: 'Names to text.' }),
  entry: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'The file with the strategy as its default export.',
  }),
});

/** The text of `strategy.ts`, or several files. */
export const GivenSource = Type.Union([Type.String(), SourceFiles]);

export const Name = Type.String({ minLength: 1, maxLength: 100 });
export const About = Type.String({ maxLength: 2_000 });
export const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 32 }), { maxItems: 16 });

export const Version = Type.Object(
  {
    version: Type.Integer({ description: 'From 1, one a save.' }),
    commit: Type.String({ description: 'The Git commit.' }),
    message: Type.String(),
    at: Instant,
    by: Type.String(),
  },
  { title: 'Version' },
);

export const Diagnostic = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    remedy: nullable(Type.String()),
    file: nullable(Type.String()),
    line: nullable(Type.Integer()),
    column: nullable(Type.Integer()),
    codeFrame: nullable(Type.String()),
  },
  { title: 'Diagnostic' },
);

const Declared = Type.Object(
  {
    name: Type.String(),
    description: nullable(Type.String()),
    params: Type.Record(Type.String(), Type.Unknown(), { description: 'Each with its type, default and range.' }),
    data: Type.Unknown({ description: 'What it trades on, or "all".' }),
    hasConstraint: Type.Boolean(),
  },
  { title: 'Declared' },
);

const checkProperties = {
  ok: Type.Boolean(),
  diagnostics: Type.Array(Diagnostic),
  declared: nullable(Declared),
  trades: nullable(Type.Integer({ description: 'Of the sample run.' })),
  bars: nullable(Type.Integer({ description: 'Of the sample run.' })),
};

export const Check = Type.Object(checkProperties, { title: 'Check' });
export const Test = Type.Object({ ...checkProperties, version: Type.Integer() }, { title: 'Test' });

const status = choice(['draft', 'active', 'paused', 'stopped']);

export const Strategy = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    description: Type.String(),
    tags: Type.Array(Type.String()),
    status,
    live: Type.Array(
      Type.Object({
        deploymentId: Type.String(),
        accountId: Type.String(),
        status: choice(['active', 'paused', 'failed']),
      }),
      { description: 'Where it runs live: deployments that are not stopped.' },
    ),
    head: Version,
    source: SourceFiles,
    declared: nullable(Declared),
    lastTest: nullable(
      Type.Object({
        version: Type.Integer(),
        at: Instant,
        ok: Type.Boolean(),
        diagnostics: Type.Array(Diagnostic),
        trades: nullable(Type.Integer()),
        bars: nullable(Type.Integer()),
      }),
    ),
    createdAt: Instant,
    updatedAt: Instant,
    version: Type.Integer({ description: 'The ETag.' }),
  },
  { title: 'Strategy' },
);

export const ListedStrategy = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    description: Type.String(),
    tags: Type.Array(Type.String()),
    status,
    headVersion: Type.Integer(),
    params: nullable(Type.Record(Type.String(), Type.Unknown())),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { title: 'ListedStrategy' },
);
