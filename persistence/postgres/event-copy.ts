/** Events as `COPY journal.event FROM STDIN (FORMAT binary)` reads them. */

import type { PlacedAppend } from './append-statement.ts';

/** In the order in which rows are written below. */
export const copyEvents = `COPY journal.event (
  persistence_id, seq, shard, shard_seq, type, version, payload, at, metadata, epoch, command_id, answer
) FROM STDIN (FORMAT binary)`;
const columns = 12;

/** Signature, flags, length of an extension that is not there. */
const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** Of a row beside its texts: the number of columns, a length for each, six numbers. */
const fixedBytes = 2 + columns * 4 + 2 * 4 + 4 * 8;
/** UTF-8 needs this many bytes at most for a unit of UTF-16. */
const bytesPerUnit = 3;
const firstBufferBytes = 256 * 1024;

/** Encodes batch after batch into one buffer: what it returns holds until the next call. */
export const createEventCopy = (): ((
  batch: readonly PlacedAppend[],
  epochs: ReadonlyMap<number, number>,
) => Buffer) => {
  let buffer = Buffer.allocUnsafe(firstBufferBytes);
  let end = 0;

  const reserve = (bytes: number): void => {
    if (end + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, end + bytes));
    buffer.copy(larger, 0, 0, end);
    buffer = larger;
  };
  const text = (value: string | null): void => {
    // −1 for null
    const bytes = value === null ? -1 : buffer.write(value, end + 4);
    buffer.writeInt32BE(bytes, end);
    end += 4 + Math.max(0, bytes);
  };
  const integer = (value: number): void => {
    buffer.writeInt32BE(4, end);
    buffer.writeInt32BE(value, end + 4);
    end += 8;
  };
  const bigint = (value: number): void => {
    buffer.writeInt32BE(8, end);
    buffer.writeInt32BE(Math.floor(value / 2 ** 32), end + 4);
    buffer.writeUInt32BE(value >>> 0, end + 8);
    end += 12;
  };

  return (batch, epochs) => {
    end = header.copy(buffer);
    for (const { append, id, firstShardSeq } of batch) {
      const metadata = append.traceId === null ? null : JSON.stringify({ traceId: append.traceId });
      const epoch = epochs.get(append.shard);
      if (epoch === undefined) throw new Error(`shard ${append.shard} has no epoch here`);
      for (const [place, event] of append.events.entries()) {
        const commandId = place === 0 ? append.commandId : null;
        const answer = place === 0 ? append.answer : null;
        const units =
          id.length +
          event.type.length +
          event.payload.length +
          (metadata?.length ?? 0) +
          (commandId?.length ?? 0) +
          (answer?.length ?? 0);
        reserve(fixedBytes + bytesPerUnit * units);
        end = buffer.writeInt16BE(columns, end);
        text(id);
        bigint(append.firstSeq + place);
        integer(append.shard);
        bigint(firstShardSeq + place);
        text(event.type);
        integer(event.version);
        text(event.payload);
        bigint(append.at);
        text(metadata);
        bigint(epoch);
        text(commandId);
        text(answer);
      }
    }
    reserve(2);
    end = buffer.writeInt16BE(-1, end);
    return buffer.subarray(0, end);
  };
};
