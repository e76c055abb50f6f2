import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '#kernel/testing';
import type { Frame } from './frame.ts';
import { Link } from './link.ts';

const frameOf = (number: number, text = ''): Frame => ['t', 'kind', String(number), { type: text }, null, 0];
const numberOf = (frame: Frame): number => Number(frame[0] === 't' ? frame[2] : NaN);

/** What happens to a message: never, or after these many milliseconds, each time once. */
type Fate = readonly number[];

interface PairOptions {
  readonly fate?: () => Fate;
  readonly messageBytesMax?: number;
}

const onTime: Fate = [1];

/** Two ends of a channel, and what each has heard. */
const pairOf = ({ fate = () => onTime, messageBytesMax = 1_000 }: PairOptions = {}) => {
  const clock = new VirtualClock();
  const heard: { readonly left: Frame[]; readonly right: Frame[] } = { left: [], right: [] };
  const stalls: boolean[] = [];
  const channel = { fate, messages: 0, bytesMax: 0 };
  const end = (side: 'left' | 'right', other: () => Link): Link =>
    new Link({
      clock,
      messageBytesMax,
      send: (message) => {
        channel.messages++;
        channel.bytesMax = Math.max(channel.bytesMax, message.length);
        // It is stamped anew when it is sent again.
        const sent = Buffer.from(message);
        for (const ms of channel.fate()) clock.at(clock.now() + ms, () => other().hear(Buffer.from(sent)));
      },
      receive: (frame) => {
        heard[side].push(frame);
      },
      onStall: (isStalled) => {
        stalls.push(isStalled);
      },
    });
  const left: Link = end('left', () => right);
  const right: Link = end('right', () => left);
  const say = (link: Link, ...frames: readonly Frame[]): void => {
    for (const frame of frames) link.say(frame);
    link.flush();
  };
  return { clock, left, right, heard, stalls, channel, say };
};

describe('a link', () => {
  test('brings what is said in one turn as one message, in its order', () => {
    const { clock, left, heard, channel, say } = pairOf();
    say(left, frameOf(1), frameOf(2), frameOf(3));
    expect(channel.messages).toBe(1);
    clock.advance(10);
    expect(heard.right).toEqual([frameOf(1), frameOf(2), frameOf(3)]);
  });

  test('acknowledges what it has heard, after which nothing is kept', () => {
    const { clock, left, say } = pairOf();
    say(left, frameOf(1));
    expect(left.backlogBytes).toBeGreaterThan(0);
    clock.advance(30);
    expect(left.backlogBytes).toBe(0);
  });

  test('brings what is larger than a message in pieces, in any script, and no message is larger than it may be', () => {
    const { clock, left, heard, channel, say } = pairOf({ messageBytesMax: 100 });
    const frames = [frameOf(1, 'x'.repeat(1_000)), frameOf(2), frameOf(3, '価格€'.repeat(300)), frameOf(4)];
    say(left, ...frames);
    clock.advance(100);
    expect(heard.right).toEqual(frames);
    expect(channel.bytesMax).toBeLessThanOrEqual(100);
  });

  test('says a lost message again by itself', () => {
    const { clock, left, heard, channel, say } = pairOf();
    channel.fate = () => [];
    say(left, frameOf(1));
    channel.fate = () => onTime;
    clock.advance(1_000);
    expect(heard.right).toEqual([frameOf(1)]);
  });

  test('asks at once for what is missing when something comes behind it', () => {
    const { clock, left, heard, channel, say } = pairOf();
    channel.fate = () => [];
    say(left, frameOf(1));
    channel.fate = () => onTime;
    say(left, frameOf(2));
    clock.advance(5);
    expect(heard.right).toEqual([frameOf(1), frameOf(2)]);
  });

  test('is stalled when nothing is acknowledged for seconds, and not any more when something is', () => {
    const { clock, left, channel, stalls, say } = pairOf();
    channel.fate = () => [];
    say(left, frameOf(1));
    clock.advance(10_000);
    expect(stalls).toEqual([true]);
    channel.fate = () => onTime;
    clock.advance(10_000);
    expect(stalls).toEqual([true, false]);
  });

  test('is full when too much is not acknowledged', () => {
    const { clock, left, channel, say } = pairOf({ messageBytesMax: 512 * 1024 });
    channel.fate = () => [];
    for (let i = 0; i < 40; i++) say(left, frameOf(i, 'x'.repeat(400_000)));
    expect(left.isFull).toBe(false);
    for (let i = 0; i < 2; i++) say(left, frameOf(i, 'x'.repeat(400_000)));
    expect(left.isFull).toBe(true);
    channel.fate = () => onTime;
    clock.advance(10_000);
    expect(left.backlogBytes).toBe(0);
  });

  test('has brought all that was said during an outage a moment after it, whether more is said or not', () => {
    for (const saidLater of [0, 100]) {
      const { clock, left, heard, channel, say } = pairOf();
      channel.fate = () => [];
      for (let i = 0; i < 2_000; i++) {
        say(left, frameOf(i));
        clock.advance(5);
      }
      channel.fate = () => onTime;
      left.reconnected();
      for (let i = 0; i < saidLater; i++) {
        say(left, frameOf(2_000 + i));
        clock.advance(5);
      }
      clock.advance(2_000);
      expect(heard.right.length).toBe(2_000 + saidLater);
      expect(channel.messages).toBeLessThan(5_000);
    }
  });

  test('takes nothing and says nothing after its end', () => {
    const { clock, left, right, heard, say } = pairOf();
    say(left, frameOf(1));
    right.close();
    left.close();
    say(left, frameOf(2));
    clock.advance(10_000);
    expect(heard.right).toEqual([]);
    expect(left.backlogBytes).toBe(0);
  });
});

test('whatever is lost, doubled and overtaken, each side hears all that the other said, in order, once', () => {
  const turn = fc.record({
    waitMs: fc.integer({ min: 0, max: 400 }),
    side: fc.constantFrom('left' as const, 'right' as const),
    texts: fc.array(fc.string({ maxLength: 300, unit: 'binary' }), { minLength: 1, maxLength: 4 }),
  });
  const fates: fc.Arbitrary<Fate[]> = fc.array(fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 2 }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 40 }), fates, (turns, channelFates) => {
      const { clock, left, right, heard, channel, say } = pairOf({ messageBytesMax: 150 });
      let sent = 0;
      channel.fate = () => channelFates[sent++ % channelFates.length] ?? onTime;
      const said: { readonly left: number[]; readonly right: number[] } = { left: [], right: [] };
      let number = 0;
      for (const { waitMs, side, texts } of turns) {
        const frames = texts.map((text) => frameOf(++number, text));
        said[side].push(...frames.map(numberOf));
        say(side === 'left' ? left : right, ...frames);
        clock.advance(waitMs);
      }
      channel.fate = () => onTime;
      clock.advance(60_000);
      expect(heard.right.map(numberOf)).toEqual(said.left);
      expect(heard.left.map(numberOf)).toEqual(said.right);
      expect([left.backlogBytes, right.backlogBytes]).toEqual([0, 0]);
    }),
    { numRuns: 300 },
  );
});
