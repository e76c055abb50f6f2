/** For administrators: who is here. */

import { AdminHead, AdminTabs } from './admin-head.tsx';
import { UsersTable } from './users-table.tsx';

export const AdminPage = () => (
  <div class="page">
    <AdminHead />
    <section class="panel">
      <AdminTabs tab="users" />
      <UsersTable />
    </section>
  </div>
);
