/** What a benchmark is: a real unit of work, measured beside a reference in the same run. */

export interface Row {
  readonly name: string;
  readonly value: number;
  /** Of `value` and `reference`, such as `bars/s`. */
  readonly unit: string;
  /** What the reference reached in the same run; null where the mark is absolute. */
  readonly reference: number | null;
  /** `value ÷ reference`, or `value ÷ mark` where there is no reference. */
  readonly ratio: number;
  /** The mark for `ratio`, as a person reads it: `≥ 0.9`. */
  readonly reach: string;
  readonly ok: boolean;
}

/** The default export of a `*.bench.ts` file. */
export interface Benchmark {
  readonly name: string;
  run(): Promise<Row[]>;
}
