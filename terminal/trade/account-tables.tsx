/** What the account has: positions, open orders, orders that are done, fills. */

import { useState } from 'preact/hooks';
import { Segments } from '../parts/segments.tsx';
import { Empty, Spinner } from '../parts/states.tsx';
import { isOpen } from './account-book.ts';
import { accounts, areAccountsKnown, book, openOrders, positions } from './accounts.ts';
import { FillsTable } from './fills-table.tsx';
import { OrdersTable } from './orders-table.tsx';
import { PositionsTable } from './positions-table.tsx';

type Tab = 'positions' | 'open' | 'done' | 'fills';

export const AccountTables = () => {
  const [tab, setTab] = useState<Tab>('positions');
  const shown = book.value;
  return (
    <section class="panel account-tables" aria-label="Positions and orders">
      <Segments
        look="tabs"
        label="Positions and orders"
        value={tab}
        options={[
          { value: 'positions', title: 'Positions', count: positions.value.length },
          { value: 'open', title: 'Open orders', count: openOrders.value.length },
          { value: 'done', title: 'Order history' },
          { value: 'fills', title: 'Fills' },
        ]}
        onChange={setTab}
      />
      <div class="table-place">
        {shown === null ? (
          areAccountsKnown.value && accounts.value.length === 0 ? (
            <Empty title="Nothing is open.">Open a paper account to trade.</Empty>
          ) : (
            <Spinner />
          )
        ) : tab === 'positions' ? (
          <PositionsTable positions={positions.value} accountId={shown.account.id} />
        ) : tab === 'open' ? (
          <OrdersTable orders={openOrders.value} isOpen />
        ) : tab === 'done' ? (
          <OrdersTable orders={shown.orders.filter((order) => !isOpen(order))} isOpen={false} />
        ) : (
          <FillsTable fills={shown.fills} />
        )}
      </div>
    </section>
  );
};
