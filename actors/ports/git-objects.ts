/** Git objects of strategies, by their ids. */

export interface GitObject {
  /** 40 hex digits: SHA-1 of header and content. */
  readonly id: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly content: Uint8Array;
}

export interface GitObjects {
  /** Objects that are there already are left alone. */
  put(objects: readonly GitObject[]): Promise<void>;
  get(id: string): Promise<GitObject | null>;
}
