/** Bounds of the HTTP side, each with its reason. */

/** JSON bodies: a strategy's files are the largest, and 1 MiB of source is a book. */
export const bodyBytesMax = 1_048_576;
/** For the headers of a request. */
export const headersTimeoutMs = 30_000;
/**
 * From the first byte to the last of a request: enough for 2 GiB at 5 Mbit/s. Node knows one time for
 * all routes; those that are no uploads end with the time of their handler, and their socket with them.
 */
export const requestTimeoutMs = 3_600_000;
/** From routing to the answer, above the time that an actor is given. Long work answers 202. */
export const handlerTimeoutMs = 40_000;
/** A socket on which nothing moves. */
export const connectionTimeoutMs = 60_000;
/** What is under way when the gateway closes has so long to end: less than what stops the program waits before it kills. */
export const closeGraceMs = 8_000;
/** Longer than the idle time of usual load balancers, so that they close first and never meet a closed socket. */
export const keepAliveTimeoutMs = 72_000;
/** Ids and symbols are shorter. */
export const pathPartLengthMax = 200;
/** Problems named of one body; more would not help anybody. */
export const validationErrorsMax = 20;
/** For the state of an actor made from its events: some hundred thousand events. */
export const stateTimeoutMs = 10_000;
/** JSON of one page of an actor's events; the page ends before, with one event at least. */
export const historyCharactersMax = 4 * 1024 * 1024;
