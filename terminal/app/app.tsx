/** The terminal: the sign-in page, or the shell with the page that the address asks for. */

import { person, resume, sessionState } from '../session/session.ts';
import { SignInPage } from '../session/sign-in-page.tsx';
import { Spinner } from '../parts/states.tsx';
import { CommandPalette } from './command-palette.tsx';
import { HelpOverlay } from './help-overlay.tsx';
import { overlay } from './overlay.ts';
import { CurrentPage } from './current-page.tsx';
import { Rail } from './rail.tsx';
import { Toasts } from './toasts.tsx';
import { TopBar } from './top-bar.tsx';

export const App = () => (
  <>
    <Content />
    <Toasts />
  </>
);

const Content = () => {
  switch (sessionState.value) {
    case 'resuming':
      return (
        <main class="alone">
          <Spinner text="Signing in" />
        </main>
      );
    case 'unreachable':
      return <Unreached />;
    case 'signed-out':
      return <SignInPage />;
    case 'signed-in':
      return person.value === null ? null : <Shell />;
  }
};

const Shell = () => (
  <div class="shell">
    <a class="skip" href="#page">
      Skip to the page
    </a>
    <Rail />
    <TopBar />
    <main id="page" tabIndex={-1}>
      <CurrentPage />
    </main>
    {overlay.value === 'commands' && <CommandPalette />}
    {overlay.value === 'help' && <HelpOverlay />}
  </div>
);

const Unreached = () => (
  <main class="alone">
    <div class="empty failure" role="alert">
      <b>The server can not be reached.</b>
      <div>You are still signed in. It is tried again every few seconds.</div>
      <button type="button" onClick={() => void resume()}>
        Try now
      </button>
    </div>
  </main>
);
