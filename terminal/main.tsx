/** Starts the terminal in its page. */

import { render } from 'preact';
import { App } from './app/app.tsx';
import { listenForShortcuts } from './app/shortcuts.ts';
import { followTheme } from './app/theme.ts';
import { tellOfDefects } from './app/toasts.tsx';
import { resumeSession } from './session/session.ts';

const place = document.getElementById('terminal');
if (place === null) throw new Error('The page has no place for the terminal.');
followTheme();
tellOfDefects();
listenForShortcuts();
resumeSession();
render(<App />, place);
