/** Bounds of the realtime side, each with its reason. */

/** A frame from a client: orders and subscriptions are far smaller; the default of `ws` is 100 MiB. */
export const frameBytesMax = 65_536;
/** From opening to the first frame with a token. */
export const connectTimeoutMs = 5_000;
/** Windows and devices of one person. */
export const socketsPerUserMax = 20;
/** Of all users together: about 15 KB each. */
export const socketsMax = 10_000;
/**
 * What opening one takes of the requests that an address without a token has in a minute: 2,000 sockets.
 * An office, or all who are behind one proxy, come back together after a cut.
 */
export const socketWeight = 1 / 20;
export const subscriptionsMax = 500;
/** Commands a second that a client may send; at once as many, and all its subscriptions. */
export const commandsPerSecond = 50;
/** Bytes that wait for a client that does not read; then it is disconnected and comes back to where it was. */
export const queuedBytesMax = 1_048_576;
/** The server pings; a client that says nothing for that long after a ping is gone. */
export const pingSeconds = 10;
export const pongTimeoutMs = 8_000;
/** Between heartbeats on the channel `sys`. */
export const heartbeatMs = 5_000;
/** How often a conflated channel is told unless the client asks for another pace. */
export const conflateMsDefault = 100;
export const conflateMsMin = 20;
export const conflateMsMax = 10_000;
/** Publications replayed after a reconnect; beyond it the snapshot serves better. */
export const replayedMax = 1_000;
/** Publications held for a subscription while its snapshot is on the way. */
export const heldMax = 1_000;
/** Channels that are looked up in the journal at once, after publications may have been lost. */
export const lookedUpAtOnce = 16;
/** Of all sockets together: as many may wait for their look into the journal. */
export const channelsMax = 100_000;
/** Subscriptions of channels without a journal that are told to begin again, at once and how often: 2,500 a second. */
export const toldAtOnce = 50;
export const toldEveryMs = 20;
/** Access tokens are renewed by the client before they end; this much later the socket is closed. */
export const expiryGraceMs = 25_000;
/** How long the calls of a socket use one token; it holds for longer. */
export const callTokenMs = 60_000;
/** Sockets whose sessions are asked about at once, after what closed them may have been lost. */
export const sessionsAskedAtOnce = 16;
/** Calls of one client under way at once. */
export const callsMax = 32;
