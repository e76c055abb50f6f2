/** The page of the route. Each is fetched when it is first asked for. */

import { Empty } from '../parts/states.tsx';
import { may } from '../session/session.ts';
import { later } from './later.tsx';
import { Link } from './link.tsx';
import { places } from './places.ts';
import { route } from './router.ts';

const TradePage = later(async () => (await import('../trade/trade-page.tsx')).TradePage);
const InboxPage = later(async () => (await import('../inbox/inbox-page.tsx')).InboxPage);
const AdminPage = later(async () => (await import('../admin/admin-page.tsx')).AdminPage);

export const CurrentPage = () => {
  const asked = route.value;
  const place = places.find(({ pages }) => pages.includes(asked.page));
  if (place !== undefined && !may(place.permission))
    return <Empty title="Your role does not allow this page.">An administrator can change your role.</Empty>;
  switch (asked.page) {
    case 'trade':
      return <TradePage symbol={asked.symbol} />;
    case 'inbox':
      return <InboxPage />;
    case 'admin':
      return <AdminPage />;
    default:
      return (
        <Empty title="There is no such page.">
          <Link to="/trade">Go to Trade</Link>
        </Empty>
      );
  }
};
