/** The door of the gateway. */

export { superviseGateway } from './supervised-gateway.ts';
export type { SupervisedGateway } from './supervised-gateway.ts';
export type { GatewayParts } from './gateway.ts';
export type { Probe } from './health.ts';
export { defaultSettings } from './settings.ts';
export type { GatewaySettings } from './settings.ts';
export { idFrom } from './identifiers.ts';
export { Passwords } from './auth/passwords.ts';
