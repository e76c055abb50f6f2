/** The strategies of whoever is signed in, for lists and choices. */

import { effect, signal } from '@preact/signals';
import type { ListedStrategy } from '#sdk';
import { tellProblem } from '../app/toasts.tsx';
import { client, person } from '../session/session.ts';

export const strategies = signal<readonly ListedStrategy[]>([]);
/** Enough for choices; whoever has more finds the rest by its address. */
const listedMax = 500;

export const loadStrategies = (): void => {
  client.strategies.list({ limit: listedMax }).then(
    ({ data }) => {
      strategies.value = data;
    },
    (error: unknown) => tellProblem('The strategies could not be listed', error),
  );
};

effect(() => {
  if (person.value === null) strategies.value = [];
});
