/** Why an actor is left alone: what it failed on, where in the program, and what can be done. */

import type { Actor, Quarantine } from '#sdk';
import { showAgo, showTime } from '../format/times.ts';
import { failedOn } from './failed-on.ts';
import { JsonText } from './json-text.tsx';
import { SetRightButtons } from './set-right-buttons.tsx';

interface QuarantinePanelProps {
  readonly actor: Actor;
  readonly quarantine: Quarantine;
  readonly onChange: () => void;
  readonly onChoose: (event: number) => void;
}

export const QuarantinePanel = ({ actor, quarantine, onChange, onChoose }: QuarantinePanelProps) => {
  const { at, reason, detail, seq, command } = quarantine;
  return (
    <section class="panel section quarantine" role="alert">
      <div class="quarantined-head">
        <div>
          <h2>{reason}</h2>
          <p class="muted">
            It {failedOn(quarantine)}, {showAgo(at)} ({showTime(at)} UTC), and is left alone until somebody decides.
          </p>
        </div>
        <SetRightButtons actor={actor} quarantine={quarantine} onChange={onChange} />
      </div>
      {seq !== null && seq > 0 && (
        <p>
          <button type="button" class="small" onClick={() => onChoose(seq - 1)}>
            Show the state before event {seq}
          </button>
        </p>
      )}
      {command !== null && (
        <details>
          <summary>
            The command {command.type}
            {command.id !== null && <small class="muted"> {command.id}</small>}
          </summary>
          <JsonText value={command.payload} />
        </details>
      )}
      <details>
        <summary>Where it failed</summary>
        <pre class="log">{detail}</pre>
      </details>
    </section>
  );
};
