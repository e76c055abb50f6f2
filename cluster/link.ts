/**
 * What one node says to one other, in order and each once, over a NATS that may lose it. What is said in one
 * turn of the event loop travels as one message, numbered; the other side says up to which number it has all,
 * and what it does not have in time is sent again.
 */

import type { Clock } from '#kernel';
import type { Frame } from './frame.ts';

export interface LinkOptions {
  readonly clock: Clock;
  readonly send: (message: Buffer) => void;
  /** What the other side has said, one after the other. Must not throw. */
  readonly receive: (frame: Frame) => void;
  /** Of one message: less than what the server takes. */
  readonly messageBytesMax: number;
  /** It has not been heard of for a while, or is heard of again. */
  readonly onStall: (isStalled: boolean) => void;
}

/** Half of what a NATS server takes, unless it is told otherwise. */
export const messageBytesUsual = 512 * 1024;
/** Said and not yet acknowledged: beyond it the other side is too slow, and whoever asks is refused. */
const windowBytesMax = 16 * 1024 * 1024;
/** Of one thing said, in pieces: what is larger than that is a mistake. */
const frameBytesMax = 256 * 1024 * 1024;
/** An acknowledgement rides on what is said anyway, or goes by itself after so long. */
const ackAfterMs = 20;
/** So many messages, or bytes, are acknowledged at once, so that the other side's window does not fill. */
const ackAfterMessages = 64;
const ackAfterBytes = 1024 * 1024;
/** Sent again when not acknowledged: at first after this, then ever more rarely. */
const resendAfterMs = 500;
const resendAfterMsMax = 4_000;
/** Without a word for so long, while it should have acknowledged something: it is stalled. */
const stalledAfterMs = 3_000;

const headerBytes = 20;
/** The frames of the message go on in the next one. */
const flagMore = 1;
/** Something before it is missing: send it again now. */
const flagGap = 2;
/** Nothing but an acknowledgement: it has no number of its own. */
const flagAck = 4;

export class Link {
  private readonly options: LinkOptions;
  /** Said in this turn. */
  private said: string[] = [];
  private saidBytes = 0;
  private isFlushing = false;
  private sentSeq = 0;
  private acknowledgedSeq = 0;
  /** Not yet acknowledged, oldest first. */
  private unacknowledged: { readonly seq: number; readonly message: Buffer }[] = [];
  private unacknowledgedBytes = 0;
  private heardSeq = 0;
  private pieces: Buffer[] = [];
  private piecesBytes = 0;
  private messagesToAcknowledge = 0;
  private bytesToAcknowledge = 0;
  private gapAfterSeq = -1;
  private disarmAck: (() => void) | null = null;
  private disarmResend: (() => void) | null = null;
  private resends = 0;
  /** Others wait until those that are sent again, of which this is the last, are acknowledged. */
  private resentSeq = 0;
  private isCatchingUp = false;
  private waitsSince = 0;
  private isStalled = false;
  private isClosed = false;

  constructor(options: LinkOptions) {
    this.options = options;
  }

  /** Bytes said that the other side has not acknowledged. */
  get backlogBytes(): number {
    return this.unacknowledgedBytes + this.saidBytes;
  }

  /** No room for more questions; answers to questions that were let in always go. */
  get isFull(): boolean {
    return this.backlogBytes >= windowBytesMax;
  }

  say(frame: Frame): void {
    if (this.isClosed) return;
    const text = JSON.stringify(frame);
    this.said.push(text);
    this.saidBytes += text.length;
    if (this.isFlushing) return;
    this.isFlushing = true;
    // All that this turn of the event loop says goes together.
    setImmediate(() => {
      this.flush();
    });
  }

  /** What is waiting goes now. */
  flush(): void {
    this.isFlushing = false;
    if (this.isClosed || this.said.length === 0) return;
    const said = this.said;
    this.said = [];
    this.saidBytes = 0;
    const payloadMax = this.options.messageBytesMax - headerBytes;
    let batch: string[] = [];
    let length = 0;
    for (const text of said) {
      if (length > 0 && length + text.length + 1 > payloadMax) {
        this.sendBatch(batch, payloadMax);
        batch = [];
        length = 0;
      }
      batch.push(text);
      length += text.length + 1;
    }
    this.sendBatch(batch, payloadMax);
    this.armResend();
  }

  /** NATS is there again: what it may have lost need not be waited for. */
  reconnected(): void {
    this.resends = 0;
    this.resend();
  }

  close(): void {
    this.isClosed = true;
    this.disarmAck?.();
    this.disarmResend?.();
    this.said = [];
    this.unacknowledged = [];
    this.unacknowledgedBytes = 0;
  }

  /** A message of the other side. */
  hear(message: Buffer): void {
    if (this.isClosed || message.length < headerBytes) return;
    const flags = message.readUInt32BE(16);
    this.acknowledge(message.readDoubleBE(8));
    if ((flags & flagGap) !== 0) this.resend();
    if ((flags & flagAck) !== 0) return;
    const seq = message.readDoubleBE(0);
    if (seq !== this.heardSeq + 1) {
      // Told once for each gap: all that comes behind it comes once more.
      const isGap = seq > this.heardSeq + 1;
      if (isGap && this.gapAfterSeq === this.heardSeq) return;
      if (isGap) this.gapAfterSeq = this.heardSeq;
      this.sendAck(isGap ? flagGap : 0);
      return;
    }
    this.heardSeq = seq;
    this.messagesToAcknowledge++;
    this.bytesToAcknowledge += message.length;
    if (this.messagesToAcknowledge >= ackAfterMessages || this.bytesToAcknowledge >= ackAfterBytes) this.sendAck();
    else this.ackSoon();
    this.take(message.subarray(headerBytes), (flags & flagMore) !== 0);
  }

  private take(payload: Buffer, hasMore: boolean): void {
    if (hasMore || this.pieces.length > 0) {
      this.piecesBytes += payload.length;
      if (this.piecesBytes <= frameBytesMax) this.pieces.push(payload);
      if (hasMore) return;
      const whole = this.piecesBytes <= frameBytesMax ? Buffer.concat(this.pieces) : null;
      this.pieces = [];
      this.piecesBytes = 0;
      if (whole !== null) this.receive(whole);
    } else this.receive(payload);
  }

  private receive(payload: Buffer): void {
    // Written by the link of another node.
    for (const frame of JSON.parse(payload.toString()) as readonly Frame[]) this.options.receive(frame);
  }

  private sendBatch(batch: readonly string[], payloadMax: number): void {
    const payload = Buffer.from(`[${batch.join(',')}]`);
    for (let from = 0; from < payload.length; from += payloadMax) {
      const piece = payload.subarray(from, from + payloadMax);
      this.send(piece, from + payloadMax < payload.length ? flagMore : 0);
    }
  }

  private send(payload: Buffer, flags: number): void {
    const message = Buffer.allocUnsafe(headerBytes + payload.length);
    const seq = ++this.sentSeq;
    message.writeDoubleBE(seq, 0);
    message.writeUInt32BE(flags, 16);
    payload.copy(message, headerBytes);
    if (this.unacknowledged.length === 0) this.waitsSince = this.options.clock.now();
    this.unacknowledged.push({ seq, message });
    this.unacknowledgedBytes += message.length;
    // What comes behind a gap would be thrown away: it goes in its turn.
    if (this.isCatchingUp) return;
    this.stamp(message);
    this.options.send(message);
  }

  /** With how far the other side has been heard. */
  private stamp(message: Buffer): void {
    message.writeDoubleBE(this.heardSeq, 8);
    this.messagesToAcknowledge = 0;
    this.bytesToAcknowledge = 0;
    this.disarmAck?.();
    this.disarmAck = null;
  }

  private acknowledge(seq: number): void {
    if (seq <= this.acknowledgedSeq || seq > this.sentSeq) return;
    this.acknowledgedSeq = seq;
    let count = 0;
    for (const { seq: sent, message } of this.unacknowledged) {
      if (sent > seq) break;
      this.unacknowledgedBytes -= message.length;
      count++;
    }
    this.unacknowledged.splice(0, count);
    this.resends = 0;
    this.waitsSince = this.options.clock.now();
    if (this.isStalled) this.stall(false);
    if (this.unacknowledged.length === 0) {
      this.disarmResend?.();
      this.disarmResend = null;
    }
    if (this.isCatchingUp && seq >= this.resentSeq) this.resend();
  }

  private ackSoon(): void {
    if (this.disarmAck !== null) return;
    const { clock } = this.options;
    this.disarmAck = clock.at(clock.now() + ackAfterMs, () => {
      this.disarmAck = null;
      if (this.messagesToAcknowledge > 0) this.sendAck();
    });
  }

  private sendAck(flags = 0): void {
    const message = Buffer.allocUnsafe(headerBytes);
    message.writeDoubleBE(0, 0);
    message.writeUInt32BE(flagAck | flags, 16);
    this.stamp(message);
    this.options.send(message);
  }

  private armResend(): void {
    if (this.disarmResend !== null || this.unacknowledged.length === 0 || this.isClosed) return;
    const { clock } = this.options;
    const wait = Math.min(resendAfterMsMax, resendAfterMs * 2 ** this.resends);
    const armedSeq = this.acknowledgedSeq;
    this.disarmResend = clock.at(clock.now() + wait, () => {
      this.disarmResend = null;
      if (this.acknowledgedSeq === armedSeq && this.unacknowledged.length > 0) {
        this.resends = Math.min(this.resends + 1, resendsCounted);
        this.resend();
        if (!this.isStalled && clock.now() - this.waitsSince >= stalledAfterMs) this.stall(true);
      }
      this.armResend();
    });
  }

  private resend(): void {
    this.isCatchingUp = this.unacknowledged.length > resendMessagesMax;
    for (const { seq, message } of this.unacknowledged.slice(0, resendMessagesMax)) {
      this.resentSeq = seq;
      this.stamp(message);
      this.options.send(message);
    }
  }

  private stall(isStalled: boolean): void {
    this.isStalled = isStalled;
    this.options.onStall(isStalled);
  }
}

/** The wait doubles no further. */
const resendsCounted = 4;
/** At once: when they are acknowledged the next ones are sent again. */
const resendMessagesMax = 32;
