import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameError, FrameReader } from './frame.ts';
import type { Frame } from './frame.ts';

const bounds = { textBytesMax: 100_000, arrayBytesMax: 100_000 };

/** Bytes of a frame with this text, well-formed or not. */
const raw = (text: string): Uint8Array => {
  const body = Buffer.from(text);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length, 0);
  return Buffer.concat([head, body]);
};

describe('frames', () => {
  test('arrive as they were sent, in whatever pieces', () => {
    const frame = fc.record({
      message: fc.record({ type: fc.string(), value: fc.oneof(fc.integer(), fc.string(), fc.constant(null)) }),
      arrays: fc.array(fc.float64Array({ maxLength: 20 }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 4 }), fc.integer({ min: 1, max: 50 }), (frames, size) => {
        const bytes = Buffer.concat(frames.flatMap(({ message, arrays }) => encodeFrame(message, arrays)));
        const reader = new FrameReader(bounds);
        const received: Frame[] = [];
        for (let at = 0; at < bytes.length; at += size) received.push(...reader.push(bytes.subarray(at, at + size)));
        expect(received).toEqual(frames);
      }),
    );
  });

  test('can be read by filling the room that the reader offers', () => {
    const bytes = Buffer.concat(encodeFrame({ a: 1 }, [Float64Array.of(1, -0, NaN)]));
    const reader = new FrameReader(bounds);
    let frame: Frame | null = null;
    for (let at = 0; at < bytes.length;) {
      const { room } = reader;
      const count = Math.min(3, room.length);
      room.set(bytes.subarray(at, at + count));
      at += count;
      frame = reader.filled(count);
    }
    expect(frame).toEqual({ message: { a: 1 }, arrays: [Float64Array.of(1, -0, NaN)] });
  });

  test.each([
    ['a text beyond the bound', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['no text', Buffer.from([0, 0, 0, 0])],
    ['a text that is no JSON', raw('{')],
    ['a text that is no object', raw('1')],
    ['no list of arrays', raw('{"message":1}')],
    ['an array beyond the bound', raw('{"message":1,"arrays":[1e12]}')],
    ['an array of half a number', raw('{"message":1,"arrays":[4]}')],
    ['an array of negative length', raw('{"message":1,"arrays":[-8]}')],
    ['an array of no number', raw('{"message":1,"arrays":["8"]}')],
    ['too many arrays', raw(JSON.stringify({ message: 1, arrays: new Array(1_000).fill(0) }))],
  ])('that announce %s are refused before any room is made', (_name, bytes) => {
    expect(() => new FrameReader(bounds).push(bytes)).toThrow(FrameError);
  });

  test('a member called __proto__ stays data', () => {
    const [frame] = new FrameReader(bounds).push(raw('{"message":{"__proto__":{"polluted":true}},"arrays":[]}'));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(frame?.message)).toBe(Object.prototype);
  });
});
