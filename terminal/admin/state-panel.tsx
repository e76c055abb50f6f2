/** The state of an actor as JSON, now or after one of its events, and what that event changed. */

import { createTwoFilesPatch } from 'diff';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Actor } from '#sdk';
import { Failure, Spinner } from '../parts/states.tsx';
import type { LoadState } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { DiffView } from '../strategies/diff-view.tsx';
import { JsonText } from './json-text.tsx';
import { StateReader } from './state-reader.ts';
import type { StateRead } from './state-reader.ts';

interface StatePanelProps {
  readonly actor: Actor;
  /** null: as it is now. */
  readonly event: number | null;
  readonly onChoose: (event: number | null) => void;
  readonly onMove: (step: number) => void;
}

export const StatePanel = ({ actor, event, onChoose, onMove }: StatePanelProps) => {
  const { kind, id, durability, seq, status } = actor;
  const [read, setRead] = useState<LoadState<StateRead>>({ status: 'loading' });
  const [tries, setTries] = useState(0);
  const reader = useMemo(
    () => new StateReader((wanted, signal) => client.system.state({ kind, id }, wanted ?? undefined, { signal })),
    [kind, id],
  );
  // What it is now changes with its events, and in memory also without.
  const change = event === null ? `${seq} ${status}` : '';
  useEffect(() => {
    reader.read(event).then(
      (value) => {
        if (value !== null) setRead({ status: 'ready', value });
      },
      (error: unknown) => setRead({ status: 'failed', error }),
    );
  }, [reader, event, change, tries]);
  useEffect(() => () => reader.stop(), [reader]);
  return (
    <section class="panel" aria-label="State">
      <div class="panel-head state-head">
        <h2>{event === null ? 'State now' : event === 0 ? 'State at the beginning' : `State after event ${event}`}</h2>
        {durability === 'journal' && seq > 0 && (
          <Timeline key={id} event={event} newest={seq} onChoose={onChoose} onMove={onMove} />
        )}
      </div>
      {read.status === 'loading' && <Spinner />}
      {read.status === 'failed' && <Failure error={read.error} retry={() => setTries(tries + 1)} />}
      {read.status === 'ready' && (
        <div class={`state${read.value.asked === null ? '' : ' compared'}${read.value.asked === event ? '' : ' old'}`}>
          <JsonText value={read.value.state} />
          {read.value.asked !== null && <Changes read={read.value} />}
        </div>
      )}
    </section>
  );
};

interface TimelineProps {
  readonly event: number | null;
  readonly newest: number;
  readonly onChoose: (event: number | null) => void;
  readonly onMove: (step: number) => void;
}

const Timeline = ({ event, newest, onChoose, onMove }: TimelineProps) => {
  const at = event ?? newest;
  /** While the slider is drawn. */
  const [drawn, setDrawn] = useState<number | null>(null);
  const choose = (text: string): void => {
    const wanted = Number(text);
    if (text.trim() !== '' && Number.isInteger(wanted) && wanted >= 0 && wanted <= newest) onChoose(wanted);
  };
  return (
    <div class="timeline">
      <button
        type="button"
        class="small"
        aria-label="The event before"
        title="["
        disabled={at <= 0}
        onClick={() => onMove(-1)}
      >
        ‹
      </button>
      <input
        type="range"
        aria-label="After which event"
        min={0}
        max={newest}
        value={drawn ?? at}
        onInput={({ currentTarget }) => setDrawn(Number(currentTarget.value))}
        onChange={({ currentTarget }) => {
          setDrawn(null);
          choose(currentTarget.value);
        }}
      />
      <button
        type="button"
        class="small"
        aria-label="The event after"
        title="]"
        disabled={at >= newest}
        onClick={() => onMove(1)}
      >
        ›
      </button>
      <input
        class="small number"
        aria-label="Number of the event"
        inputMode="numeric"
        value={String(drawn ?? at)}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      />
      <span class="muted">of {newest}</span>
      <button type="button" class="small" disabled={event === null} onClick={() => onChoose(null)}>
        Now
      </button>
    </div>
  );
};

/** Lines that differ; beyond, to find them would take long, and all has changed anyway. */
const differencesMax = 2_000;

const Changes = ({ read: { seq, state, before } }: { readonly read: StateRead }) => {
  if (before === undefined) return <p class="muted state-note">What the actor was before its first event.</p>;
  const unified = createTwoFilesPatch('', '', asText(before), asText(state), '', '', { maxEditLength: differencesMax });
  return (
    <div class="changes" role="region" aria-label={`What event ${seq} changed`}>
      <h3>What event {seq} changed</h3>
      {unified === undefined ? <p class="muted">Nearly everything.</p> : <DiffView unified={unified} />}
    </div>
  );
};

const asText = (state: unknown): string => `${JSON.stringify(state, null, 2)}\n`;
