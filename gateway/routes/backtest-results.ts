/** What came of a backtest: figures, tables, files, a report. */

import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { ExportFormat, ResultTable } from '#ports';
import { ProblemError } from '../errors.ts';
import type { Gateway, Routes } from '../gateway.ts';
import { completedBacktest, ownBacktest } from '../own-backtest.ts';
import { rankingPage } from '../ranking.ts';
import { answers, closed } from '../schemas/basics.ts';
import {
  BacktestId,
  BacktestResults,
  ExportFormatName,
  Ranking,
  ResultRows,
  ResultTableName,
} from '../schemas/backtests.ts';
import { instantOf } from '../wire.ts';

const tags = ['backtests'];
const config = { permission: 'backtests:read' } as const;
const params = closed({ id: BacktestId });
const rowsDefault = 100;
const rowsMax = 10_000;
/** Reads all of a result. */
const wholeWeight = 20;

const contentTypes: Readonly<Record<ExportFormat, string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

/** The report's own style and script and nothing from elsewhere; in an origin of its own, for it shows what users wrote. */
const reportPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox allow-scripts allow-downloads";

export const backtestResultRoutes: Routes = (app, gateway) => {
  app.get(
    '/backtests/:id/results',
    {
      config,
      schema: {
        tags,
        summary: 'What came of it',
        description: 'Of a batch: the first page of its ranking.',
        params,
        response: answers({ 200: Type.Union([BacktestResults, Ranking]) }),
      },
    },
    async (request) => {
      const { id } = request.params;
      const backtest = await ownBacktest(gateway, request, id);
      if (backtest.kind === 'batch') return { kind: 'batch', ...(await rankingPage(gateway, backtest.view, {})) };
      const { view, attemptId } = await completedBacktest(gateway, request, id);
      const head = await gateway.parts.results.head(attemptId);
      if (head === null) throw new ProblemError('results-gone');
      const { params: given, tradeHash, statistics } = view;
      return { kind: 'single', attemptId, tradeHash, params: given, statistics, ...withInstants(head) };
    },
  );

  app.get(
    '/backtests/:id/results/:table',
    {
      config: { ...config, weight: 2 },
      schema: {
        tags,
        summary: 'Rows of a table',
        description:
          'As JSON numbers are those of the simulation, not money; as CSV or Parquet all rows come, unless there is a limit.',
        params: closed({ id: BacktestId, table: ResultTableName }),
        querystring: closed({
          offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, default: 0 })),
          limit: Type.Optional(
            Type.Integer({ minimum: 1, maximum: rowsMax, description: `As JSON ${rowsDefault} by default.` }),
          ),
          format: Type.Optional(ExportFormatName),
        }),
        response: answers({ 200: ResultRows }),
      },
    },
    async (request, reply) => {
      const { id, table } = request.params;
      const { offset = 0, limit, format = 'json' } = request.query;
      const { attemptId } = await completedBacktest(gateway, request, id);
      if (format !== 'json') {
        return await sendFile(gateway, reply, { id, attemptId, table, format, offset, limit: limit ?? null });
      }
      const page = await gateway.parts.results.rows(attemptId, table, { offset, limit: limit ?? rowsDefault });
      const next = offset + page.rows.length;
      return {
        data: page.rows.map(withInstants),
        total: page.total,
        offset,
        nextOffset: page.rows.length > 0 && next < page.total ? next : null,
      };
    },
  );

  app.get(
    '/backtests/:id/results/export',
    {
      config: { ...config, weight: wholeWeight },
      schema: {
        tags,
        summary: 'A whole table as a file',
        params,
        querystring: closed({
          table: Type.Optional(ResultTableName),
          format: Type.Optional(ExportFormatName),
        }),
        response: answers({
          200: Type.Unknown({ description: 'application/json, text/csv or application/vnd.apache.parquet' }),
        }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { table = 'trades', format = 'csv' } = request.query;
      const { attemptId } = await completedBacktest(gateway, request, id);
      return await sendFile(gateway, reply, { id, attemptId, table, format, offset: 0, limit: null });
    },
  );

  app.get(
    '/backtests/:id/report',
    {
      config: { ...config, weight: wholeWeight },
      schema: {
        tags,
        summary: 'The report as one HTML page',
        params,
        querystring: closed({ download: Type.Optional(Type.Boolean({ description: 'As a file.' })) }),
        response: answers({ 200: Type.String({ description: 'text/html' }) }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { view, attemptId } = await completedBacktest(gateway, request, id);
      const result = await gateway.parts.results.load(attemptId);
      if (result === null) throw new ProblemError('results-gone');
      const { feeds, from, to, profile } = view;
      const page = await gateway.parts.reports.backtest({ result, feeds, from, to, profile });
      if (request.query.download === true) {
        reply.header('content-disposition', `attachment; filename="backtest-${id}.html"`);
      }
      return await reply.type('text/html; charset=utf-8').header('content-security-policy', reportPolicy).send(page);
    },
  );
};

interface FileRequest {
  readonly id: string;
  readonly attemptId: string;
  readonly table: ResultTable;
  readonly format: ExportFormat;
  readonly offset: number;
  readonly limit: number | null;
}

const sendFile = async ({ parts }: Gateway, reply: FastifyReply, { id, ...request }: FileRequest) =>
  await reply
    .type(contentTypes[request.format])
    .header('content-disposition', `attachment; filename="${request.table}-${id}.${request.format}"`)
    .send(Readable.from(parts.exporter.resultTable(request), { objectMode: false }));

/** Rows and heads of results with their times as RFC 3339. */
const withInstants = (row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(name, value)]));

const shown = (name: string, value: unknown): unknown => {
  if (typeof value === 'number' && (name === 'time' || name.endsWith('Time') || name === 'expiresAt'))
    return instantOf(value);
  // Feeds of a head, and what an order asked for; parameters and settings stay as they were given.
  if (name === 'feeds' && Array.isArray(value))
    return value.map((feed: Readonly<Record<string, unknown>>) => withInstants(feed));
  if (name === 'request' && typeof value === 'object' && value !== null)
    return withInstants(value as Readonly<Record<string, unknown>>);
  return value;
};
