/** What operators see of a kind of actor: its counters, and the last defect in one of its actors. */

import type { KernelEvent } from './kernel-event.ts';
import { isActorsNode } from './own-parts.ts';
import type { KindView, NodeFailure, SupervisorView } from './supervision/tree-view.ts';

export interface KindCounters extends Pick<
  KindView,
  'restarts' | 'resident' | 'mailboxMessages' | 'mailboxBytes' | 'quarantined'
> {
  readonly kind: string;
}

export class KindFailures {
  private readonly last = new Map<string, NodeFailure>();

  note(event: KernelEvent, now: number): void {
    if (event.type !== 'defect' && event.type !== 'quarantined') return;
    const { address, error } = event;
    const message = `${address.id}: ${error instanceof Error ? error.message : String(error)}`;
    this.last.set(address.kind, { message, at: now });
  }

  view({ kind, ...counters }: KindCounters, status: 'running' | 'stopped'): KindView {
    return { type: 'kind', name: kind, status, lastFailure: this.last.get(kind) ?? null, ...counters };
  }
}

/** The tree with the kinds where they belong. */
export const withKinds = (root: SupervisorView, kinds: readonly KindView[]): SupervisorView => ({
  ...root,
  children: root.children.map((child) =>
    child.type === 'supervisor' && isActorsNode(child) ? { ...child, children: [...child.children, ...kinds] } : child,
  ),
});
