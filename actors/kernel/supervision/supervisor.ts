/**
 * A supervisor: a nact actor that keeps its children running. What happens changes what is known of
 * them, and then one step is taken towards how they should be: first those that are to end, the last
 * one first and one at a time where nothing else is declared, then those that are to run, in order.
 */

import { dispatch, spawn, stop } from 'nact';
import type { ActorSystemRef, Ref } from 'nact';
import type { BackOff } from '../back-off.ts';
import { backOffMs } from '../back-off.ts';
import { Charge } from './charge.ts';
import { isSupervision, usualBackOff, usualIntensity } from './child.ts';
import type { Child, Intensity, Strategy, Supervision } from './child.ts';
import type { Grounds, Node, Told } from './node.ts';
import { RestartCount } from './restart-count.ts';
import { ServiceNode } from './service-node.ts';
import type { TreeView } from './tree-view.ts';
import { Unrestartable } from './unrestartable.ts';

type Message =
  | { readonly type: 'start' | 'stop' | 'look' }
  | { readonly type: 'add'; readonly child: Child; readonly added: PromiseWithResolvers<void> }
  | { readonly type: 'child-started'; readonly charge: Charge }
  | { readonly type: 'child-ended'; readonly charge: Charge; readonly failure: Error | null }
  | { readonly type: 'child-outlived'; readonly charge: Charge; readonly bound: Error }
  | { readonly type: 'child-failing'; readonly charge: Charge; readonly error: Error };

/** What a supervisor needs beside its declaration. */
export interface SupervisorNeeds extends Grounds {
  readonly told: Told;
  /** Every supervisor of the tree, as it is made. */
  readonly onMade: (supervisor: Supervisor) => void;
}

export class Supervisor implements Node {
  readonly name: string;
  private readonly strategy: Strategy;
  private readonly intensity: Intensity;
  private readonly backOff: BackOff;
  private readonly stopsTogether: boolean;
  private readonly needs: SupervisorNeeds;
  private readonly actor: Ref<Message> & ActorSystemRef;
  private readonly charges: Charge[];
  private readonly recent: RestartCount;
  /** Where its children are to come: `none` before it is started and when it has ended. */
  private goal: 'none' | 'up' | 'down' = 'none';
  private isUp = false;
  /** Why it goes down, where nobody has told it to. */
  private failure: Error | null = null;
  private isBroken = false;
  private disarm: () => void = () => {};

  constructor(declared: Supervision, needs: SupervisorNeeds) {
    const { name, strategy, children, intensity = usualIntensity, backOff = usualBackOff, stops } = declared;
    this.name = name;
    this.strategy = strategy;
    this.intensity = intensity;
    this.backOff = backOff;
    this.stopsTogether = stops === 'together';
    this.needs = needs;
    this.recent = new RestartCount(intensity);
    const turn = (_state: null, message: Message): null => {
      this.handle(message);
      this.step();
      return null;
    };
    this.actor = spawn(needs.nact, turn, name, {
      onCrash: (_message, error, context) => {
        this.broke(error);
        return context.resume;
      },
    }) as Ref<Message> & ActorSystemRef; // what may be spawned on, too, which the types leave out
    needs.onMade(this);
    this.charges = children.map((child) => this.chargeOf(child, null));
  }

  get stopMsMax(): number {
    const bounds = this.charges.map(({ node }) => node.stopMsMax);
    return this.stopsTogether ? Math.max(0, ...bounds) : bounds.reduce((sum, bound) => sum + bound, 0);
  }

  start(): void {
    dispatch(this.actor, { type: 'start' });
  }

  stop(): void {
    dispatch(this.actor, { type: 'stop' });
  }

  /** Adds a child after the others; `added` settles when it has started, or can't. */
  add(child: Child, added: PromiseWithResolvers<void>): void {
    dispatch(this.actor, { type: 'add', child, added });
  }

  view(): { readonly type: 'supervisor'; readonly strategy: Strategy; readonly children: readonly TreeView[] } {
    const now = this.needs.clock.now();
    const children = this.charges.map((charge) => charge.view(now, this.goal === 'up'));
    return { type: 'supervisor', strategy: this.strategy, children };
  }

  private chargeOf(child: Child, added: PromiseWithResolvers<void> | null): Charge {
    const tell = (message: Message): void => dispatch(this.actor, message);
    const told: Told = {
      started: () => tell({ type: 'child-started', charge }),
      ended: (failure) => tell({ type: 'child-ended', charge, failure }),
      outlived: (bound) => tell({ type: 'child-outlived', charge, bound }),
      failing: (error) => tell({ type: 'child-failing', charge, error }),
    };
    const node = isSupervision(child)
      ? new Supervisor(child, { ...this.needs, nact: this.actor, told })
      : new ServiceNode(child, told, this.needs);
    const charge = new Charge(node, added);
    return charge;
  }

  private handle(message: Message): void {
    switch (message.type) {
      case 'start':
        this.begin();
        return;
      case 'stop':
        // Else it has ended, and said so.
        if (this.goal === 'up') this.goal = 'down';
        return;
      case 'look':
        return;
      case 'add':
        this.charges.push(this.chargeOf(message.child, message.added));
        return;
      case 'child-started':
        this.childStarted(message.charge);
        return;
      case 'child-ended':
        this.childEnded(message.charge, message.failure);
        return;
      case 'child-outlived':
        this.childOutlived(message.charge, message.bound);
        return;
      case 'child-failing':
        // Any other failure is dealt with when the child has stopped what is below it.
        if (message.error instanceof Unrestartable && !message.charge.isNew) this.collapse(message.error);
        return;
    }
  }

  private begin(): void {
    this.goal = 'up';
    this.failure = null;
    this.recent.forget();
    for (const charge of this.charges) {
      charge.renew();
      if (charge.phase === 'stuck') this.collapse(stuck(charge));
    }
  }

  private childStarted(charge: Charge): void {
    if (charge.phase !== 'starting' || charge.isDoomed) return;
    charge.started();
    if (charge.node instanceof ServiceNode) this.needs.report({ type: 'service-started', service: charge.node.name });
  }

  private childEnded(charge: Charge, failure: Error | null): void {
    const { phase, isDoomed } = charge;
    const now = this.needs.clock.now();
    if (failure !== null) charge.note(failure, now);
    const wasAsked = phase === 'stopping' || phase === 'stuck';
    charge.phase = 'waiting';
    charge.isDoomed = false;
    // It was to be stopped in any case.
    if (wasAsked || isDoomed || this.goal !== 'up') return;
    if (failure === null) this.completed(charge);
    else this.childFailed(charge, failure, now);
  }

  private completed(charge: Charge): void {
    if (!charge.hasStarted) charge.started();
    charge.phase = 'completed';
  }

  private childFailed(charge: Charge, failure: Error, now: number): void {
    const { intensity, backOff, needs } = this;
    charge.failed(now, intensity.periodMs);
    const isTooOften = charge.isNew ? charge.failures > intensity.restartsMax : this.recent.isOneTooMany(now);
    if (failure instanceof Unrestartable || isTooOften) {
      this.reportFailure(charge, failure, null);
      const error = failure instanceof Unrestartable ? failure : tooOften(charge, failure);
      if (charge.isNew) this.giveUp(charge, error);
      else this.collapse(error);
      return;
    }
    const retryInMs = backOffMs(backOff, charge.failures, needs.chance());
    this.reportFailure(charge, failure, retryInMs);
    const notBefore = now + retryInMs;
    if (charge.isNew || this.strategy === 'one-for-one') charge.notBefore = notBefore;
    else for (const one of this.groupOf(charge)) one.goBack(notBefore);
  }

  /** It has never been of use, and nobody knows of it but who added it. */
  private giveUp(charge: Charge, error: Error): void {
    this.charges.splice(this.charges.indexOf(charge), 1);
    if (charge.node instanceof Supervisor) stop(charge.node.actor);
    charge.giveUp(error);
  }

  private groupOf(charge: Charge): readonly Charge[] {
    return this.strategy === 'one-for-all' ? this.charges : this.charges.slice(this.charges.indexOf(charge));
  }

  private reportFailure({ node: { name }, node }: Charge, error: Error, retryInMs: number | null): void {
    this.needs.report(
      node instanceof Supervisor
        ? { type: 'supervisor-failed', supervisor: name, error, retryInMs }
        : { type: 'service-failed', service: name, error, retryInMs },
    );
  }

  private childOutlived(charge: Charge, bound: Error): void {
    if (!charge.isAlive) return;
    charge.phase = 'stuck';
    charge.note(bound, this.needs.clock.now());
    this.needs.report({ type: 'service-stuck', service: charge.node.name, error: bound });
    if (this.goal === 'up') this.collapse(stuck(charge));
  }

  /** It has failed as a whole. */
  private collapse(error: Error): void {
    if (this.goal !== 'up') return;
    this.goal = 'down';
    this.failure = error;
    this.needs.told.failing(error);
  }

  /** A defect of its own: nobody knows what it has left undone, so that the system can only end. */
  private broke(error: unknown): void {
    if (this.isBroken) return;
    this.isBroken = true;
    const failure = new Unrestartable(`The supervisor ${this.name} failed.`, { cause: error });
    if (this.goal === 'up') this.collapse(failure);
    else this.needs.told.failing(failure);
    dispatch(this.actor, { type: 'look' });
  }

  private step(): void {
    this.disarm();
    if (this.goal === 'none') return;
    const isDown = this.goal === 'down';
    const toEnd = this.charges.filter((charge) => charge.isAlive && (isDown || charge.isDoomed));
    if (toEnd.length > 0) {
      const next = isDown && this.stopsTogether ? toEnd : toEnd.slice(-1);
      for (const charge of next) if (charge.phase !== 'stopping') charge.stop();
    } else if (isDown) this.finish();
    else this.startNext();
  }

  private startNext(): void {
    const { clock } = this.needs;
    const now = clock.now();
    let lookAt = Infinity;
    for (const charge of this.charges) {
      if (charge.phase === 'waiting') {
        if (charge.notBefore <= now) charge.start(now);
        else lookAt = Math.min(lookAt, charge.notBefore);
      }
      if (!charge.hasStarted) break;
    }
    if (lookAt < Infinity) this.disarm = clock.at(lookAt, () => dispatch(this.actor, { type: 'look' }));
    if (this.isUp || !this.charges.every((charge) => charge.hasStarted)) return;
    this.isUp = true;
    this.needs.told.started();
  }

  private finish(): void {
    const { failure } = this;
    this.goal = 'none';
    this.isUp = false;
    this.failure = null;
    this.needs.told.ended(failure);
  }
}

const tooOften = ({ node: { name } }: Charge, cause: Error): Error => new Error(`${name} failed too often.`, { cause });

/** It can't be started again beside itself, and nothing in this process can end it. */
const stuck = ({ node: { name } }: Charge): Error =>
  new Unrestartable(`${name} can not be started again: its last run has not ended.`);
