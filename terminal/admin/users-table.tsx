/** All users: their roles, and whether they may sign in. */

import type { Role, User } from '#sdk';
import { tell, tellProblem } from '../app/toasts.tsx';
import { showDay } from '../format/times.ts';
import { Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client, person } from '../session/session.ts';

const roles: readonly Role[] = ['viewer', 'trader', 'quant', 'admin'];
const listedMax = 1_000;

export const UsersTable = () => {
  const loaded = useLoaded(() => client.users.list({ limit: listedMax }), []);
  return (
    <Show of={loaded}>
      {({ data, nextCursor }) => (
        <UserRows
          users={data}
          onChange={(user) =>
            loaded.replace({ data: data.map((other) => (other.id === user.id ? user : other)), nextCursor })
          }
        />
      )}
    </Show>
  );
};

interface UserRowsProps {
  readonly users: readonly User[];
  readonly onChange: (user: User) => void;
}

const UserRows = ({ users, onChange }: UserRowsProps) => {
  const change = (said: string, action: Promise<User>): void => {
    action.then(
      (user) => {
        onChange(user);
        tell('good', said, user.email);
      },
      (error: unknown) => tellProblem('The user was not changed', error),
    );
  };
  return (
    <div class="table-place">
      <table>
        <thead>
          <tr>
            <th>E-mail</th>
            <th>Name</th>
            <th>Role</th>
            <th>Status</th>
            <th>Since</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id}>
              <td>{user.email}</td>
              <td>{user.displayName}</td>
              <td>
                <select
                  aria-label={`Role of ${user.email}`}
                  value={user.role}
                  disabled={user.id === person.value?.user.id}
                  onChange={({ currentTarget }) => {
                    const role = roles.find((one) => one === currentTarget.value);
                    if (role !== undefined) change(`Now ${role}`, client.users.changeRole(user.id, role));
                  }}
                >
                  {roles.map((role) => (
                    <option key={role} value={role}>
                      {role}
                    </option>
                  ))}
                </select>
              </td>
              <td>
                <span class={`status ${user.status}`}>{user.status}</span>
                {user.lockedUntil !== null && <span class="status failed">locked</span>}
              </td>
              <td class="time">{showDay(user.createdAt)}</td>
              <td class="actions">
                {user.lockedUntil !== null && (
                  <button type="button" class="small" onClick={() => change('Unlocked', client.users.unlock(user.id))}>
                    Unlock
                  </button>
                )}
                {user.id !== person.value?.user.id && (
                  <button
                    type="button"
                    class={`small${user.status === 'active' ? ' danger' : ''}`}
                    onClick={() =>
                      user.status === 'active'
                        ? change('Disabled', client.users.disable(user.id))
                        : change('Enabled', client.users.enable(user.id))
                    }
                  >
                    {user.status === 'active' ? 'Disable' : 'Enable'}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
