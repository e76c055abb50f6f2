/** Mailboxes by themselves, and what is counted of their messages. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Mailbox } from './mailbox.ts';
import { bytesOf } from './message-size.ts';
import { Parcel, noCause } from './parcel.ts';

test('a mailbox gives out what it was given in order, and counts as much as it holds', () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('push' as const), count: fc.integer({ min: 1, max: 90 }), size: fc.nat(50) }),
    fc.record({ type: fc.constant('shift' as const), count: fc.integer({ min: 1, max: 120 }) }),
    fc.constant({ type: 'putBack' as const }),
    fc.constant({ type: 'takeAll' as const }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const mailbox = new Mailbox();
      let model: { readonly type: string; readonly text: string }[] = [];
      let number = 0;
      for (const next of steps) {
        if (next.type === 'push') {
          for (let i = 0; i < next.count; i++) {
            const command = { type: String(number++), text: 'x'.repeat(next.size) };
            model.push(command);
            mailbox.push(number % 2 === 0 ? command : new Parcel(command, noCause));
          }
        } else if (next.type === 'shift') {
          for (let i = 0; i < next.count; i++) {
            const item = mailbox.shift();
            expect(item instanceof Parcel ? item.command : item).toBe(model.shift());
          }
        } else if (next.type === 'takeAll') {
          expect(mailbox.takeAll()).toHaveLength(model.length);
          model = [];
        } else {
          const command = { type: String(number++), text: '' };
          mailbox.putBack([command]);
          model.unshift(command);
        }
        expect(mailbox.size).toBe(model.length);
        const bytes = model.reduce((sum, command) => sum + bytesOf(command), 0);
        expect(mailbox.bytes).toBeLessThanOrEqual(bytes);
        // All but those that are not measured.
        const measured = model.slice(32).reduce((sum, command) => sum + bytesOf(command), 0);
        if (model.length === 0) expect(mailbox.bytes).toBe(0);
        if (next.type === 'push') expect(mailbox.bytes).toBeGreaterThanOrEqual(measured > 0 ? 1 : 0);
      }
    }),
  );
});

test('a message is about as large as its texts and numbers', () => {
  expect(bytesOf({ type: 'Put', amount: 1 })).toBeLessThan(100);
  expect(bytesOf({ text: 'x'.repeat(1_000) })).toBeGreaterThan(2_000);
  expect(bytesOf({ prices: Array.from({ length: 10_000 }, () => 1.5) })).toBeGreaterThan(80_000);
  const rows = Array.from({ length: 100_000 }, (_, i) => ({ name: `row ${i}`, price: i }));
  // It is not gone through to its end.
  expect(bytesOf({ rows }) / (100_000 * 50)).toBeGreaterThan(0.5);
  let nested: object = {};
  for (let depth = 0; depth < 100_000; depth++) nested = { nested };
  // Nor this one; it must only end.
  expect(bytesOf(nested)).toBeGreaterThan(10_000);
});
