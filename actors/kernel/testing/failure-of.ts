/** How a promise ends that is to reject while the test does something else. */

/** The error, listened for from now on; null when there is none. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );
