/** Writes down what was asked of purses and what they answered, and tells at the end what of it can't be true. */

import { Client } from 'pg';
import { purseBegins } from './purses.ts';
import type { PurseView } from './purses.ts';

export interface Payment {
  readonly commandId: string;
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  /** What was answered, once for each time that it was. */
  readonly replies: number[];
}

export interface Looking {
  readonly id: string;
  /** Payments that the purse must know of, since somebody had been told so when the look began. */
  readonly paidMin: number;
}

export class Checker {
  private readonly payments = new Map<string, Payment>();
  private readonly sent = new Map<string, number>();
  private readonly known = new Map<string, number>();
  private readonly contradictions: string[] = [];

  get acknowledged(): number {
    let count = 0;
    for (const { replies } of this.payments.values()) if (replies.length > 0) count++;
    return count;
  }

  paying(payment: Omit<Payment, 'replies'>): Payment {
    const begun = { ...payment, replies: [] };
    this.payments.set(payment.commandId, begun);
    this.sent.set(payment.from, (this.sent.get(payment.from) ?? 0) + 1);
    return begun;
  }

  paid({ commandId, from, replies }: Payment, reply: number): void {
    if (replies.length === 0) this.count(from, (this.acknowledgedOf.get(from) ?? 0) + 1);
    else if (replies[0] !== reply) this.contradictions.push(`${commandId} was answered ${replies[0]} and ${reply}`);
    replies.push(reply);
  }

  looking(id: string): Looking {
    return { id, paidMin: this.known.get(id) ?? 0 };
  }

  looked({ id, paidMin }: Looking, { paid }: PurseView): void {
    if (paid < paidMin) this.contradictions.push(`${id} showed ${paid} payments after ${paidMin} were known`);
    const sent = this.sent.get(id) ?? 0;
    if (paid > sent) this.contradictions.push(`${id} showed ${paid} payments of ${sent}`);
    this.known.set(id, Math.max(this.known.get(id) ?? 0, paid));
  }

  private readonly acknowledgedOf = new Map<string, number>();

  private count(from: string, acknowledged: number): void {
    this.acknowledgedOf.set(from, acknowledged);
    this.known.set(from, Math.max(this.known.get(from) ?? 0, acknowledged));
  }

  /**
   * All that is wrong, in words. To be called when nobody pays any more and the outbox is empty; `views`: of all
   * purses, by id.
   */
  async check(url: string, views: ReadonlyMap<string, PurseView>): Promise<readonly string[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const wrong = [...this.contradictions];
      for (const [what, sql] of Object.entries(neverThere)) {
        const { rows } = await client.query(`${sql} LIMIT 5`);
        if (rows.length > 0) wrong.push(`${what}: ${JSON.stringify(rows)}`);
      }
      const { rows } = await client.query<EventRow>(events);
      return [...wrong, ...this.compare(rows, views)];
    } finally {
      await client.end();
    }
  }

  private compare(rows: readonly EventRow[], views: ReadonlyMap<string, PurseView>): readonly string[] {
    const wrong: string[] = [];
    const times = new Map<string, number>();
    /** Of each purse: what it should have received by what others have paid. */
    const due = new Map<string, number>();
    const balances = new Map<string, number>();
    const received = new Map<string, number>();
    const add = (to: Map<string, number>, id: string, amount: number): void => {
      to.set(id, (to.get(id) ?? 0) + amount);
    };
    for (const { id, type, amount, command_id, answer } of rows) {
      add(balances, id, type === 'Paid' ? -amount : amount);
      if (type === 'Received') add(received, id, amount);
      if (type !== 'Paid') continue;
      const payment = this.payments.get(command_id ?? '');
      if (payment === undefined) {
        wrong.push(`${id} paid ${amount} for ${command_id}, which nobody sent`);
        continue;
      }
      add(times, payment.commandId, 1);
      add(due, payment.to, amount);
      if (payment.from !== id || payment.amount !== amount) wrong.push(`${command_id} was done as another one`);
      const [reply] = payment.replies;
      if (reply !== undefined && answer !== JSON.stringify({ reply }))
        wrong.push(`${command_id} was answered ${reply}, and ${answer} is stored`);
    }
    for (const { commandId, replies } of this.payments.values()) {
      const done = times.get(commandId) ?? 0;
      if (done > 1) wrong.push(`${commandId} was done ${done} times`);
      if (done === 0 && replies.length > 0) wrong.push(`${commandId} was acknowledged and is lost`);
    }
    for (const id of new Set([...due.keys(), ...received.keys()])) {
      if (due.get(id) !== received.get(id)) wrong.push(`${id} received ${received.get(id)} of ${due.get(id)}`);
    }
    let sum = 0;
    for (const [id, { balance }] of views) {
      sum += balance;
      const stored = purseBegins + (balances.get(id) ?? 0);
      if (balance !== stored) wrong.push(`${id} shows ${balance}, and the journal comes to ${stored}`);
    }
    if (sum !== views.size * purseBegins) wrong.push(`the purses hold ${sum} in all`);
    return wrong;
  }
}

interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly amount: number;
  readonly command_id: string | null;
  readonly answer: string | null;
}

const events = `SELECT substr(persistence_id, length('purse/') + 1) AS id, type, (payload::json ->> 'amount')::int AS amount,
    command_id, answer
  FROM journal.every_event WHERE persistence_id LIKE 'purse/%'`;

/** What no journal may show, whatever has happened. */
const neverThere: Readonly<Record<string, string>> = {
  'actors whose events have holes': `SELECT persistence_id FROM journal.every_event GROUP BY persistence_id
    HAVING max(seq) <> count(*) OR count(DISTINCT seq) <> count(*)`,
  'shards whose places have holes': `SELECT shard FROM journal.every_event GROUP BY shard
    HAVING max(shard_seq) <> count(*) OR count(DISTINCT shard_seq) <> count(*)`,
  'events written by a former owner after a later one had written': `SELECT * FROM (
      SELECT shard, shard_seq, epoch, max(epoch) OVER (PARTITION BY shard ORDER BY shard_seq) AS newest
      FROM journal.every_event
    ) AS e WHERE epoch < newest`,
  'commands applied more than once': `SELECT persistence_id, command_id FROM journal.every_event
    WHERE command_id IS NOT NULL GROUP BY persistence_id, command_id HAVING count(*) > 1`,
  'messages never delivered': 'SELECT id, recipient FROM journal.outbox',
};
