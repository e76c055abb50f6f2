/** Short messages that come and go. Failures stay until they are closed. */

import { signal } from '@preact/signals';
import { ApiProblem, SignedOut, Unreachable } from '#sdk';
import { Icon } from '../parts/icon.tsx';

interface Toast {
  readonly id: number;
  readonly kind: 'good' | 'bad' | 'plain';
  readonly title: string;
  readonly text: string;
}

const shownMs = 5_000;
/** More would cover the page: the oldest goes. */
const toastsMax = 4;
const toasts = signal<readonly Toast[]>([]);
let nextId = 1;

export const tell = (kind: Toast['kind'], title: string, text = ''): void => {
  const id = nextId;
  nextId += 1;
  toasts.value = [...toasts.value, { id, kind, title, text }].slice(-toastsMax);
  if (kind !== 'bad') setTimeout(() => close(id), shownMs);
};

/** What went wrong with something that has no better place to say it. */
export const tellProblem = (title: string, error: unknown): void => {
  if (error instanceof SignedOut) return; // The sign-in page says it.
  tell('bad', title, describe(error));
};

export const describe = (error: unknown): string => {
  if (error instanceof ApiProblem) {
    const remedies = error.errors.flatMap(({ remedy }) => (remedy === undefined ? [] : [remedy]));
    return [error.message, ...remedies].join(' ');
  }
  if (error instanceof Unreachable) return 'The server can not be reached. Nothing is lost: try again.';
  return error instanceof Error ? error.message : String(error);
};

/** Defects of the terminal itself are told, not swallowed. */
export const tellOfDefects = (): void => {
  addEventListener('unhandledrejection', ({ reason }) => tellProblem('Something failed', reason));
  addEventListener('error', ({ message }) => tell('bad', 'The terminal made a mistake', message));
};

const close = (id: number): void => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {toasts.value.map(({ id, kind, title, text }) => (
      <div key={id} class={`toast ${kind}`}>
        <div>
          <b>{title}</b>
          {text !== '' && <p>{text}</p>}
        </div>
        <button type="button" class="plain" aria-label="Close the message" onClick={() => close(id)}>
          <Icon name="close" />
        </button>
      </div>
    ))}
  </div>
);
