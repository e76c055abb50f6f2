/** The keys of the terminal, and what it is made with. */

import { Dialog } from '../parts/dialog.tsx';
import { closeOverlay } from './overlay.ts';
import { keyboardHelp } from './shortcuts.ts';

export const HelpOverlay = () => (
  <Dialog title="Keyboard" onClose={closeOverlay}>
    <dl class="keys">
      {keyboardHelp().map(([keys, text]) => (
        <div key={keys}>
          <dt>
            {keys.split(' ').map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
    <p class="muted">
      The API is described at{' '}
      <a href="/docs" target="_blank" rel="noreferrer">
        /docs
      </a>
      . Charts: TradingView Lightweight Charts™, © TradingView, Inc.{' '}
      <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
        tradingview.com
      </a>
    </p>
  </Dialog>
);
