/** A failure that no restart can mend: it goes up through all supervisors and out of the system at once. */

export class Unrestartable extends Error {
  override readonly name = 'Unrestartable';
}
