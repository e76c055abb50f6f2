/** A strategy under edit: its files, what has changed, what the server thinks of it, and saving it. */

import { computed, signal } from '@preact/signals';
import type { CheckOutcome, SourceFiles, Strategy } from '#sdk';
import { ApiProblem } from '#sdk';
import { client } from '../session/session.ts';

/** After the last key: a check compiles and runs the strategy. */
const checkAfterMs = 800;

export type Draft = ReturnType<typeof openDraft>;

export const openDraft = (strategy: Strategy) => {
  const saved = signal(strategy);
  const files = signal<Readonly<Record<string, string>>>(strategy.source.files);
  const file = signal(strategy.source.entry);
  const outcome = signal<CheckOutcome | null>(null);
  const isChecking = signal(false);
  const checkFailure = signal<unknown>(null);
  /** The newest version where somebody else has saved in between. */
  const conflict = signal<Strategy | null>(null);
  const isChanged = computed(() => JSON.stringify(files.value) !== JSON.stringify(saved.value.source.files));
  const source = (): SourceFiles => ({ files: files.value, entry: saved.value.source.entry });
  let checks = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const check = async (): Promise<void> => {
    clearTimeout(timer);
    checks += 1;
    const mine = checks;
    isChecking.value = true;
    try {
      const found = await client.strategies.check(source());
      if (mine !== checks) return;
      outcome.value = found;
      checkFailure.value = null;
    } catch (error) {
      if (mine === checks) checkFailure.value = error;
    } finally {
      if (mine === checks) isChecking.value = false;
    }
  };
  const take = (next: Strategy): void => {
    saved.value = next;
    files.value = next.source.files;
    if (next.source.files[file.value] === undefined) file.value = next.source.entry;
    conflict.value = null;
    void check();
  };
  /** `over` is the version to replace; saving what has not changed makes no new version. */
  const saveOver = async (over: number, message: string): Promise<boolean> => {
    try {
      const body = { source: source(), ...(message === '' ? {} : { message }) };
      take(await client.strategies.save(saved.value.id, over, body));
      return true;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== 'version-conflict') throw error;
      conflict.value = await client.strategies.get(saved.value.id);
      return false;
    }
  };
  return {
    saved,
    files,
    file,
    outcome,
    isChecking,
    checkFailure,
    conflict,
    isChanged,
    check,
    take,
    edit(text: string): void {
      files.value = { ...files.value, [file.value]: text };
      clearTimeout(timer);
      timer = setTimeout(() => void check(), checkAfterMs);
    },
    save: (message: string) => saveOver(saved.value.version, message),
    saveOver,
    /** Drops what is not saved. */
    forget(): void {
      clearTimeout(timer);
      files.value = saved.value.source.files;
    },
    close(): void {
      clearTimeout(timer);
      checks += 1;
    },
  };
};
