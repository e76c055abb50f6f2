/** A new password for somebody who has forgotten the old one: asks for a token by mail, and takes it. */

import { useState } from 'preact/hooks';
import { TextField } from '../parts/field.tsx';
import { fieldProblem, otherProblem, useAction } from '../parts/use-action.ts';
import { client } from './session.ts';

interface ForgottenPasswordProps {
  readonly email: string;
  readonly onEmail: (email: string) => void;
  readonly onBack: () => void;
}

const pointers = ['/email', '/token', '/newPassword'];

export const ForgottenPassword = ({ email, onEmail, onBack }: ForgottenPasswordProps) => {
  const [isMailed, setMailed] = useState(false);
  const [token, setToken] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const { run, isBusy, failure } = useAction();
  const submit = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      if (!isMailed) {
        await client.auth.forgotPassword(email);
        setMailed(true);
        return;
      }
      await client.auth.resetPassword({ token: token.trim(), newPassword });
      await client.auth.login({ email, password: newPassword });
    });
  };
  const other = otherProblem(failure, pointers);
  return (
    <form class="sign-in card" onSubmit={submit} aria-label="Forgotten password">
      <h1>New password</h1>
      {isMailed ? (
        <>
          <p class="notice" role="status">
            If somebody has that address, a token is on its way to it. It is good for an hour.
          </p>
          <TextField
            label="Token"
            value={token}
            onChange={setToken}
            autocomplete="one-time-code"
            isRequired
            hasFocus
            problem={fieldProblem(failure, '/token')}
          />
          <TextField
            label="New password"
            type="password"
            value={newPassword}
            onChange={setNewPassword}
            autocomplete="new-password"
            isRequired
            problem={fieldProblem(failure, '/newPassword')}
          />
        </>
      ) : (
        <TextField
          label="E-mail"
          type="email"
          value={email}
          onChange={onEmail}
          autocomplete="username"
          isRequired
          hasFocus
          problem={fieldProblem(failure, '/email')}
        />
      )}
      {other !== null && (
        <p class="problem" role="alert">
          {other}
        </p>
      )}
      <button type="submit" class="primary" disabled={isBusy}>
        {isBusy ? 'One moment' : isMailed ? 'Set it and sign in' : 'Mail me a token'}
      </button>
      {!isMailed && (
        <button type="button" class="plain" onClick={() => setMailed(true)} disabled={email === ''}>
          I have a token
        </button>
      )}
      <button type="button" class="plain" onClick={onBack}>
        Back to signing in
      </button>
    </form>
  );
};
