/** Search, the state of the connection, the theme, and who is signed in. */

import { Icon } from '../parts/icon.tsx';
import { connection, person, signOut } from '../session/session.ts';
import { openCommands, overlay } from './overlay.ts';
import { places } from './places.ts';
import { route } from './router.ts';
import { switchTheme, theme } from './theme.ts';
import { tellProblem } from './toasts.tsx';

export const TopBar = () => {
  const place = places.find(({ pages }) => pages.includes(route.value.page));
  return (
    <header class="top">
      <b class="page-name">{place?.title ?? 'xTrading'}</b>
      <button type="button" class="search-button" onClick={() => openCommands()}>
        <Icon name="search" />
        <span>Search symbols, strategies, commands</span>
        <kbd>Ctrl K</kbd>
      </button>
      <span class="spacer" />
      <ConnectionIndicator />
      <button
        type="button"
        class="plain"
        title={theme.value === 'dark' ? 'Light colours' : 'Dark colours'}
        aria-label="Switch between dark and light"
        onClick={switchTheme}
      >
        <Icon name={theme.value === 'dark' ? 'sun' : 'moon'} />
      </button>
      <button
        type="button"
        class="plain"
        title="Keyboard help (?)"
        aria-label="Keyboard help"
        onClick={() => {
          overlay.value = 'help';
        }}
      >
        <Icon name="help" />
      </button>
      <span class="who" title={person.value?.user.email}>
        {person.value?.user.displayName}
        <small>{person.value?.user.role}</small>
      </span>
      <button
        type="button"
        class="plain"
        title="Sign out"
        aria-label="Sign out"
        onClick={() => {
          signOut().catch((error: unknown) => tellProblem('You are signed out here, but not at the server', error));
        }}
      >
        <Icon name="out" />
      </button>
    </header>
  );
};

const words = {
  live: ['Live', 'Prices and orders arrive as they happen.'],
  connecting: ['Reconnecting', 'The connection broke. What was missed follows when it is back.'],
  offline: ['Offline', 'No live data: reload the page to try again.'],
} as const;

const ConnectionIndicator = () => {
  const [title, explanation] = words[connection.value];
  return (
    <span class={`connection ${connection.value}`} role="status" title={explanation}>
      {title}
    </span>
  );
};
