/** Runs an order tape: the audit of fills that `--orders` asks for. No strategy code, so no sandbox. */

import type { MissedEntry, TapePlayer } from '#domain';
import { parseOrderTape, playTape, prepareRunData, resolveProfile, runBacktest } from '#domain';
import type { Arguments } from './arguments.ts';
import { exitCode } from './exit-code.ts';
import { fieldOf, readJsonFile } from './json-file.ts';
import { loadFeeds } from './load-feeds.ts';
import type { CommandContext } from './main.ts';
import { cutToSlice } from './recorded-slice.ts';
import { giveOut } from './give-out.ts';
import type { RunSettings } from './settings.ts';

interface TapeRun {
  readonly tape: string;
  readonly settings: RunSettings;
  readonly given: Arguments;
  readonly context: CommandContext;
}

/** Entries named in the note about those that could not be done. */
const missedShownMax = 5;

export const runTape = async ({ tape, settings, given, context }: TapeRun): Promise<number> => {
  const { terminal } = context;
  const content = await readJsonFile('--orders', tape);
  const entries = parseOrderTape(fieldOf(content, 'orderTape') ?? content);
  // A recorded run on made-up prices carries them in its own file.
  const fallback = given.has('data') || fieldOf(content, 'bars') === undefined ? [] : [tape];
  const { feeds, notes } = await loadFeeds(given, terminal, { gridless: settings.profile !== 'native', fallback });
  const profile = resolveProfile(settings.profile, settings.config);
  const data = prepareRunData('all', cutToSlice(feeds, content));
  let player: TapePlayer | null = null;
  const startedAt = performance.now();
  const result = runBacktest({
    trader: { name: 'order-tape', start: (floor) => (player = playTape(entries, floor)) },
    data,
    profile,
    seed: settings.seed,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  // The assignment happens inside the call above, which the compiler does not follow.
  const missed = (player as TapePlayer | null)?.missed ?? [];
  await giveOut({
    result,
    feeds: data.feeds,
    notes: [...notes, ...missedNotes(missed)],
    cached: false,
    seconds,
    given,
    terminal,
  });
  return exitCode.done;
};

const missedNotes = (missed: readonly MissedEntry[]): string[] =>
  missed.length === 0
    ? []
    : [
        `${missed.length} ${missed.length === 1 ? 'entry' : 'entries'} of the tape could not be done: ${missed
          .slice(0, missedShownMax)
          .map(({ index, reason }) => `#${index} ${reason}`)
          .join(' ')}${missed.length > missedShownMax ? ' …' : ''}`,
      ];
