/** One strategy: its source with what is wrong with it, its versions, and ways to try it. */

import { useEffect, useMemo } from 'preact/hooks';
import type { Strategy } from '#sdk';
import { Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { openDraft } from './draft.ts';
import { StrategyEditor } from './strategy-editor.tsx';

export const StrategyPage = ({ id }: { readonly id: string }) => {
  const loaded = useLoaded(() => client.strategies.get(id), [id]);
  return <Show of={loaded}>{(strategy) => <Opened key={strategy.id} strategy={strategy} />}</Show>;
};

const Opened = ({ strategy }: { readonly strategy: Strategy }) => {
  const draft = useMemo(() => openDraft(strategy), [strategy.id]);
  useEffect(() => {
    void draft.check();
    return () => draft.close();
  }, [draft]);
  return <StrategyEditor draft={draft} />;
};
