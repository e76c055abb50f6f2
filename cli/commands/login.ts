/** `xtrading login` and `logout`: who you are at a server, for the commands that talk to one. */

import type { CommandDeclaration } from '../arguments.ts';
import { exitCode } from '../exit-code.ts';
import { askLine, askSecret } from '../server/ask-secret.ts';
import { serverCommand, serverOptions } from '../server/connection.ts';
import { tell } from '../server/table.ts';
import { UsageError } from '../usage-error.ts';

const loginDeclaration: CommandDeclaration = {
  name: 'login',
  usage: ['login [--server URL] [--email E]'],
  summary: 'Signs in at a server; the commands that follow talk to it. The password is asked for and not shown.',
  options: {
    email: { value: 'E', group: 'Server', help: 'Who you are; asked for when left out.' },
    ...serverOptions,
  },
  examples: [
    ['xtrading login --email admin@localhost', 'at the platform that xtrading start runs on this machine'],
    ['xtrading login --server https://trading.example.org', 'at another'],
    ['xtrading login --email ci@example.org < password.txt', 'without a person: the password is the first line'],
  ],
  notes: [
    'Tokens, never the password, are kept in $XDG_CONFIG_HOME/xtrading/sessions.json (~/.config by default), which only you can read.',
  ],
};

export const loginCommand = serverCommand(
  loginDeclaration,
  async (given, { client, server, terminal, signal }) => {
    const email = given.text('email') ?? (process.stdin.isTTY ? await askLine('E-mail: ', signal) : null);
    if (email === null || email === '')
      throw new UsageError('option-value', 'Who signs in was not said.', 'Add --email you@example.org.');
    const password = await askSecret('Password: ', signal);
    if (password === null || password === '')
      throw new UsageError(
        'option-value',
        'No password was given.',
        'Type it, or send it as the first line of the input.',
      );
    const { user } = await client.auth.login({ email, password });
    tell(terminal, {
      isJson: given.flag('json'),
      value: { server, user },
      text: () => `Signed in at ${server} as ${user.displayName} <${user.email}>, ${user.role}.`,
    });
    return exitCode.done;
  },
  { needsSession: false },
);

const logoutDeclaration: CommandDeclaration = {
  name: 'logout',
  usage: ['logout [--server URL]'],
  summary: 'Ends the session at a server and forgets its tokens.',
  options: serverOptions,
  examples: [['xtrading logout', 'at the server of the last login']],
};

export const logoutCommand = serverCommand(
  logoutDeclaration,
  async (given, { client, server, terminal }) => {
    const wasOpen = client.session.isOpen;
    if (wasOpen) await client.auth.logout();
    tell(terminal, {
      isJson: given.flag('json'),
      value: { server, ended: wasOpen },
      text: () => (wasOpen ? `Signed out at ${server}.` : `You were not signed in at ${server}.`),
    });
    return exitCode.done;
  },
  { needsSession: false },
);
