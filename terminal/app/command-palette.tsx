/** One box for everything: symbols, pages, strategies, commands. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { loadStrategies } from '../strategies/strategies.ts';
import { allCommands } from './commands.ts';
import { matching } from './matching.ts';
import { closeOverlay, commandText } from './overlay.ts';

export const CommandPalette = () => {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState(commandText.value);
  const [chosen, setChosen] = useState(0);
  // Before anything is typed: the focus moves with it.
  useLayoutEffect(() => {
    dialog.current?.showModal();
    loadStrategies();
  }, []);
  const found = matching(allCommands(), text);
  const run = (place: number): void => {
    const command = found[place];
    if (command === undefined) return;
    dialog.current?.close();
    command.run();
  };
  const move = (event: KeyboardEvent, place: number): void => {
    event.preventDefault();
    const next = Math.max(0, Math.min(found.length - 1, place));
    setChosen(next);
    document.getElementById(`command-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label="Commands"
      onClose={closeOverlay}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={`command-${chosen}`}
        aria-label="Search symbols, strategies, commands"
        placeholder="Symbol, page, strategy or command"
        autocomplete="off"
        spellcheck={false}
        value={text}
        autofocus
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') move(event, chosen + 1);
          else if (event.key === 'ArrowUp') move(event, chosen - 1);
          else if (event.key === 'Enter') {
            event.preventDefault();
            run(chosen);
          }
        }}
      />
      <ul id="commands" role="listbox">
        {found.map(({ title, about, group }, place) => (
          <li
            key={`${group} ${title} ${place}`}
            id={`command-${place}`}
            role="option"
            aria-selected={place === chosen}
            onMouseMove={() => setChosen(place)}
            onClick={() => run(place)}
          >
            <b>{title}</b>
            <span>{about}</span>
            <small>{group}</small>
          </li>
        ))}
        {found.length === 0 && <li class="none">Nothing has all these words.</li>}
      </ul>
    </dialog>
  );
};
