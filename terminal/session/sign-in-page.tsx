/** Signing in, and registering where the server lets people. The address stays: after it one is where one wanted to be. */

import { useState } from 'preact/hooks';
import { Segments } from '../parts/segments.tsx';
import { TextField } from '../parts/field.tsx';
import { fieldProblem, otherProblem, useAction } from '../parts/use-action.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { ForgottenPassword } from './forgotten-password.tsx';
import { client, hasExpired } from './session.ts';

type Mode = 'sign-in' | 'register' | 'forgotten';

const pointers = ['/email', '/password', '/displayName'];

export const SignInPage = () => {
  const info = useLoaded(() => client.system.info(), []);
  const [mode, setMode] = useState<Mode>('sign-in');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [displayName, setDisplayName] = useState('');
  const { run, isBusy, failure, clear } = useAction();
  const isOpen = info.state.status === 'ready' && info.state.value.registration === 'open';
  const submit = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      if (mode === 'register') await client.auth.register({ email, password, displayName });
      await client.auth.login({ email, password });
    });
  };
  const other = otherProblem(failure, pointers);
  if (mode === 'forgotten')
    return (
      <main class="alone">
        <ForgottenPassword email={email} onEmail={setEmail} onBack={() => setMode('sign-in')} />
      </main>
    );
  return (
    <main class="alone">
      <form class="sign-in card" onSubmit={submit}>
        <svg class="sign" width="44" height="44" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M7 8l7.5 8L7 24M25 8l-7.5 8L25 24" />
        </svg>
        <h1>xTrading</h1>
        {hasExpired.value && mode === 'sign-in' && (
          <p class="notice" role="status">
            Your session has ended. Sign in, and you are back where you were.
          </p>
        )}
        {isOpen && (
          <Segments
            label="Sign in or register"
            value={mode}
            options={[
              { value: 'sign-in', title: 'Sign in' },
              { value: 'register', title: 'Register' },
            ]}
            onChange={(next) => {
              setMode(next);
              clear();
            }}
          />
        )}
        {mode === 'register' && (
          <TextField
            label="Name"
            value={displayName}
            onChange={setDisplayName}
            autocomplete="name"
            isRequired
            maxLength={80}
            problem={fieldProblem(failure, '/displayName')}
          />
        )}
        <TextField
          label="E-mail"
          type="email"
          value={email}
          onChange={setEmail}
          autocomplete="username"
          isRequired
          hasFocus
          problem={fieldProblem(failure, '/email')}
        />
        <TextField
          label="Password"
          type="password"
          value={password}
          onChange={setPassword}
          autocomplete={mode === 'register' ? 'new-password' : 'current-password'}
          isRequired
          problem={fieldProblem(failure, '/password')}
        />
        {other !== null && (
          <p class="problem" role="alert">
            {other}
          </p>
        )}
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'One moment' : mode === 'register' ? 'Register and sign in' : 'Sign in'}
        </button>
        {mode === 'sign-in' && (
          <button type="button" class="plain" onClick={() => setMode('forgotten')}>
            Forgot your password?
          </button>
        )}
        {info.state.status === 'ready' && <small class="muted">Version {info.state.value.version}</small>}
        {info.state.status === 'failed' && <small class="problem">The server can not be reached.</small>}
      </form>
    </main>
  );
};
