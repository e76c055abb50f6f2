/** The measurement of a cluster as tables for docs/scale.md. */

import type { LookCost } from './scale-looks.ts';
import type { Use } from './server-use.ts';

export interface Load {
  readonly count: number;
  readonly ms: number;
  readonly use: Use;
}

export interface Size {
  readonly nodes: number;
  /** From the start of the last node's process until it has its share. */
  readonly joinMs: number;
  readonly idle: Use;
  readonly commands: Load;
  /** Commands, of which each node has one outstanding: nothing is gathered. */
  readonly single: Load;
  readonly questions: Load;
  readonly publications: Load;
}

export const scaleTables = (sizes: readonly Size[], looks: readonly LookCost[]): string => {
  const perSecond = ({ count, ms }: Load): number => (count * 1_000) / ms;
  const cpu = ({ count, use }: Load, field: 'nodesCpuMs' | 'postgresCpuMs' | 'natsCpuMs'): string =>
    us(use[field] / count);
  const per = ({ count, use }: Load, field: keyof Use): string => (use[field] / count).toFixed(2);
  const idle = ({ nodes, idle: use }: Size, field: keyof Use): string =>
    ((use[field] * 1_000) / use.ms / nodes).toFixed(1);
  const among = (title: string, cell: (size: Size) => string): readonly string[] => [title, ...sizes.map(cell)];
  const head = ['', ...sizes.map(({ nodes }) => (nodes === 1 ? '1 node' : `${nodes} nodes`))];
  const written = (of: (size: Size) => Load): readonly (readonly string[])[] => [
    head,
    among('commands a second, all nodes', (size) => round(perSecond(of(size)))),
    among('processor, nodes: µs a command', (size) => cpu(of(size), 'nodesCpuMs')),
    among('processor, Postgres: µs a command', (size) => cpu(of(size), 'postgresCpuMs')),
    among('processor, NATS: µs a command', (size) => cpu(of(size), 'natsCpuMs')),
    among('transactions a command', (size) => per(of(size), 'transactions')),
    among('log of Postgres (WAL), bytes a command', (size) => round(of(size).use.walBytes / of(size).count)),
    among('NATS messages in, a command', (size) => per(of(size), 'messagesIn')),
    among('NATS bytes in, a command', (size) => round(of(size).use.bytesIn / of(size).count)),
  ];
  return [
    '### Commands that are written: 512 outstanding\n',
    table(written(({ commands }) => commands)),
    '### Commands that are written: one outstanding at each node\n',
    table(written(({ single }) => single)),
    '### Questions that are only answered\n',
    table([
      head,
      among('questions a second, all nodes', ({ questions }) => round(perSecond(questions))),
      among('processor, nodes: µs a question', ({ questions }) => cpu(questions, 'nodesCpuMs')),
      among('processor, NATS: µs a question', ({ questions }) => cpu(questions, 'natsCpuMs')),
      among('NATS messages in, a question', ({ questions }) => per(questions, 'messagesIn')),
      among('NATS bytes in, a question', ({ questions }) => round(questions.use.bytesIn / questions.count)),
    ]),
    '### Publications on which every node has a listener\n',
    table([
      head,
      among('NATS messages in, a publication', ({ publications: load }) => per(load, 'messagesIn')),
      among('NATS messages out, a publication', ({ publications: load }) => per(load, 'messagesOut')),
      among('processor, NATS: µs a publication', ({ publications: load }) => cpu(load, 'natsCpuMs')),
      among('processor, nodes: µs a publication', ({ publications: load }) => cpu(load, 'nodesCpuMs')),
    ]),
    '### A node that has nothing to do, each second\n',
    table([
      head,
      among('transactions', (size) => idle(size, 'transactions')),
      among('rows read', (size) => idle(size, 'rowsRead')),
      among('NATS messages in', (size) => idle(size, 'messagesIn')),
      among('NATS messages out', (size) => idle(size, 'messagesOut')),
      among('processor, the node: ms', (size) => idle(size, 'nodesCpuMs')),
      among('processor, Postgres: ms', (size) => idle(size, 'postgresCpuMs')),
      among('the last node: s from its start to its share', ({ joinMs }) => (joinMs / 1_000).toFixed(1)),
    ]),
    '### A look at who is there and who has what\n',
    table([
      ['', ...looks.map(({ members }) => `${members} members`)],
      ['nothing has changed: rows', ...looks.map(({ unchanged }) => String(unchanged.rows))],
      ['nothing has changed: processor of Postgres, µs', ...looks.map(({ unchanged }) => us(unchanged.cpuMs))],
      ['everything is read: rows', ...looks.map(({ whole }) => String(whole.rows))],
      ['everything is read: processor of Postgres, µs', ...looks.map(({ whole }) => us(whole.cpuMs))],
    ]),
  ].join('\n');
};

const us = (ms: number): string => Number((ms * 1_000).toPrecision(2)).toLocaleString('en-US');

const round = (value: number): string => Math.round(value).toLocaleString('en-US');

const table = ([head = [], ...rows]: readonly (readonly string[])[]): string =>
  `${[head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
