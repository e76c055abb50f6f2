import { expect, test } from 'vitest';
import { LocalBus } from './local-bus.ts';

const of = (channel: string, data: unknown) => ({ channel, key: channel, data });

test('tells each watcher of a channel, and nobody else', () => {
  const bus = new LocalBus();
  const seen: unknown[] = [];
  bus.subscribe('a', ({ data }) => seen.push(data));
  bus.subscribe('a', ({ data }) => seen.push(data));
  bus.subscribe('b', () => seen.push('wrong'));
  bus.publish(of('a', 1));
  expect(seen).toEqual([1, 1]);
});

test('one listener may watch twice and end each watch by itself', () => {
  const bus = new LocalBus();
  const seen: unknown[] = [];
  const listener = ({ data }: { readonly data: unknown }) => void seen.push(data);
  const endFirst = bus.subscribe('a', listener);
  const endSecond = bus.subscribe('a', listener);
  endFirst();
  endFirst();
  bus.publish(of('a', 1));
  endSecond();
  bus.publish(of('a', 2));
  expect(seen).toEqual([1]);
});

test('a watcher that leaves while it is told does not disturb the others', () => {
  const bus = new LocalBus();
  const seen: unknown[] = [];
  const end = bus.subscribe('a', () => end());
  bus.subscribe('a', ({ data }) => seen.push(data));
  bus.publish(of('a', 1));
  expect(seen).toEqual([1]);
});

test('whoever watches all channels hears of each', () => {
  const bus = new LocalBus();
  const seen: unknown[] = [];
  const end = bus.subscribeAll(({ channel }) => seen.push(channel));
  bus.publish(of('a', 1));
  bus.publish(of('b', 2));
  end();
  bus.publish(of('a', 3));
  expect(seen).toEqual(['a', 'b']);
});
