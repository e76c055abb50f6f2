/** Whether anybody may register: as the cluster's settings say, else as this node's own do. */

import type { GatewayParts } from './gateway.ts';

export const registrationOf = ({ config, settings }: Pick<GatewayParts, 'config' | 'settings'>): 'open' | 'closed' => {
  const set = config?.text('registration');
  return set === 'open' || set === 'closed' ? set : settings.registration;
};
