/** The steps of a start, each with how long it may take, and what to do when it takes longer. */

const startAgain = 'Start it again; if it happens again, XTRADING_LOG=debug and XTRADING_DEBUG=1 tell more.';
const startOthers = 'Start nodes with the roles that are missing (XTRADING_ROLES); this one has others.';
/** A former owner's lease on a server of one's own lasts ten seconds. */
export const journalStep = { name: 'the journal', secondsMax: 90, remedy: 'See whether PostgreSQL is well.' };
export const natsStep = { name: 'NATS', secondsMax: 120, remedy: 'See whether the server of NATS_URL is there.' };
export const clusterStep = { name: 'the other nodes', secondsMax: 60, remedy: 'See whether PostgreSQL is well.' };
export const actorsStep = { name: 'the actors', secondsMax: 90, remedy: startAgain };
/** Nodes that have other services' actors may be started by hand, one after the other. */
export const rolesStep = { name: 'nodes that have all actors', secondsMax: 600, remedy: startOthers };
/** Samples of six symbols and eight strategies, on a machine that does other things beside. */
export const firstStep = { name: 'what a new platform begins with', secondsMax: 600, remedy: startAgain };
export const feedsStep = { name: 'runners and feeds', secondsMax: 90, remedy: startAgain };
export const terminalStep = { name: 'the terminal', secondsMax: 300, remedy: startAgain };
export const gatewayStep = { name: 'the gateway', secondsMax: 60, remedy: startAgain };
