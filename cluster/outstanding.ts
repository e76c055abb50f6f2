/** What other nodes have been asked and have not answered, by node and by number. */

import { isOverdue } from './routed.ts';
import type { Asked, Operated } from './routed.ts';

export class Outstanding {
  private readonly byNode = new Map<string, Map<number, Asked | Operated>>();
  private last = 0;

  get size(): number {
    let count = 0;
    for (const asks of this.byNode.values()) count += asks.size;
    return count;
  }

  /** The number under which it is answered. */
  add(node: string, asked: Asked | Operated): number {
    let asks = this.byNode.get(node);
    if (asks === undefined) this.byNode.set(node, (asks = new Map()));
    asks.set(++this.last, asked);
    return this.last;
  }

  /** Null for what is not waited for any more. */
  take(node: string, ask: number): Asked | Operated | null {
    const asks = this.byNode.get(node);
    const asked = asks?.get(ask) ?? null;
    asks?.delete(ask);
    return asked;
  }

  takeOf(node: string): readonly (Asked | Operated)[] {
    const asks = this.byNode.get(node);
    this.byNode.delete(node);
    return [...(asks?.values() ?? [])];
  }

  takeAll(): readonly (Asked | Operated)[] {
    return [...this.byNode.keys()].flatMap((node) => this.takeOf(node));
  }

  takeOverdue(now: number): readonly (Asked | Operated)[] {
    const overdue: (Asked | Operated)[] = [];
    for (const asks of this.byNode.values()) {
      for (const [ask, one] of asks) {
        if (!isOverdue(one, now)) continue;
        asks.delete(ask);
        overdue.push(one);
      }
    }
    return overdue;
  }
}
