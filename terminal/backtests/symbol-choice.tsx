/** Which symbols a strategy runs on. */

import { useState } from 'preact/hooks';
import { matching } from '../app/matching.ts';
import { symbols as listed } from '../market/symbols.ts';
import { Icon } from '../parts/icon.tsx';

interface SymbolChoiceProps {
  readonly chosen: readonly string[];
  /** How many the strategy takes; null: any number. */
  readonly needed: number | null;
  /** Symbols that may be chosen; absent: all that are listed. */
  readonly offers?: readonly string[];
  readonly onChange: (symbols: readonly string[]) => void;
  readonly problem: string | null;
}

const offeredMax = 8;

export const SymbolChoice = ({ chosen, needed, offers, onChange, problem }: SymbolChoiceProps) => {
  const [text, setText] = useState('');
  const candidates = listed.value
    .filter(({ symbol }) => !chosen.includes(symbol) && (offers?.includes(symbol) ?? true))
    .map(({ symbol, description }) => ({ title: symbol, about: description }));
  const offered = matching(candidates, text).slice(0, offeredMax);
  const add = (symbol: string): void => {
    const kept = needed === null ? chosen : chosen.slice(Math.max(0, chosen.length - needed + 1));
    onChange([...kept, symbol]);
    setText('');
  };
  const isShort = needed !== null && chosen.length < needed;
  return (
    <div class="symbol-choice">
      <div class="row">
        {chosen.map((symbol) => (
          <span key={symbol} class="chosen">
            {symbol}
            <button
              type="button"
              class="plain"
              aria-label={`Without ${symbol}`}
              onClick={() => onChange(chosen.filter((other) => other !== symbol))}
            >
              <Icon name="close" size={12} />
            </button>
          </span>
        ))}
        <input
          type="search"
          class="small"
          aria-label="Add a symbol"
          placeholder="Add a symbol"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            if (offered[0] !== undefined) add(offered[0].title);
          }}
        />
      </div>
      <div class="row offered">
        {offered.map(({ title, about }) => (
          <button key={title} type="button" class="small" title={about} onClick={() => add(title)}>
            + {title}
          </button>
        ))}
      </div>
      <div class={problem !== null || isShort ? 'problem' : 'hint'}>
        {problem ??
          (needed === null
            ? 'Any number of symbols.'
            : `The strategy takes ${needed === 1 ? 'one symbol' : `${needed} symbols, in its order`}.`)}
      </div>
    </div>
  );
};
