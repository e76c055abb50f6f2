/** How many members of a batch a slot asks for at a time, by how long the last ones took. */

/** How long a portion should take, in milliseconds: then somebody else may have the slot. */
const portionTargetMs = 1_000;

/** Nothing is known of a batch at first. */
const membersFirst = 16;
const membersMax = 5_000;

/** A portion that went much faster than expected says little: it grows by no more than this. */
const growthMax = 8;

export class PortionSize {
  #batchId = '';
  #members = membersFirst;

  of(batchId: string): number {
    return batchId === this.#batchId ? this.#members : membersFirst;
  }

  took(batchId: string, { members, ms }: { readonly members: number; readonly ms: number }): void {
    if (members === 0) return;
    const fitting = Math.floor((members * portionTargetMs) / Math.max(1, ms));
    this.#batchId = batchId;
    this.#members = Math.max(1, Math.min(fitting, members * growthMax, membersMax));
  }
}
