/** How something that runs is, as a word with a light before it. */

/** All others are on their way from one to the other. */
const good: ReadonlySet<string> = new Set(['running', 'live', 'active', 'completed']);
const bad: ReadonlySet<string> = new Set(['failed', 'stuck', 'lapsed', 'quarantined']);
const idle: ReadonlySet<string> = new Set(['asleep', 'gone', 'stopped', 'waiting']);

export const StatusLight = ({ status }: { readonly status: string }) => (
  <span class="status-light">
    <span
      class={`light ${good.has(status) ? 'live' : bad.has(status) ? 'failed' : idle.has(status) ? 'idle' : 'moving'}`}
    />
    {status}
  </span>
);
