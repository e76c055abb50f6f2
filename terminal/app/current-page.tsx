/** The page of the route. Each is fetched when it is first asked for. */

import { Empty } from '../parts/states.tsx';
import { may } from '../session/session.ts';
import { later } from './later.tsx';
import { Link } from './link.tsx';
import { places } from './places.ts';
import { route } from './router.ts';

const TradePage = later(async () => (await import('../trade/trade-page.tsx')).TradePage);
const StrategiesPage = later(async () => (await import('../strategies/strategies-page.tsx')).StrategiesPage);
const StrategyPage = later(async () => (await import('../strategies/strategy-page.tsx')).StrategyPage);
const BacktestsPage = later(async () => (await import('../backtests/backtests-page.tsx')).BacktestsPage);
const NewBacktestPage = later(async () => (await import('../backtests/new-backtest-page.tsx')).NewBacktestPage);
const BacktestPage = later(async () => (await import('../backtests/backtest-page.tsx')).BacktestPage);
const LivePage = later(async () => (await import('../live/live-page.tsx')).LivePage);
const DeploymentPage = later(async () => (await import('../live/deployment-page.tsx')).DeploymentPage);
const InboxPage = later(async () => (await import('../inbox/inbox-page.tsx')).InboxPage);
const ImportPage = later(async () => (await import('../import/import-page.tsx')).ImportPage);
const AdminPage = later(async () => (await import('../admin/admin-page.tsx')).AdminPage);
const ActorsPage = later(async () => (await import('../admin/actors-page.tsx')).ActorsPage);
const NodesPage = later(async () => (await import('../admin/nodes-page.tsx')).NodesPage);
const SettingsPage = later(async () => (await import('../admin/settings-page.tsx')).SettingsPage);
const RefusedEventsPage = later(async () => (await import('../admin/refused-events-page.tsx')).RefusedEventsPage);
const KindPage = later(async () => (await import('../admin/kind-page.tsx')).KindPage);
const ActorPage = later(async () => (await import('../admin/actor-page.tsx')).ActorPage);

export const CurrentPage = () => {
  const asked = route.value;
  const place = places.find(({ pages }) => pages.includes(asked.page));
  if (place !== undefined && !may(place.permission))
    return <Empty title="Your role does not allow this page.">An administrator can change your role.</Empty>;
  switch (asked.page) {
    case 'trade':
      return <TradePage symbol={asked.symbol} />;
    case 'strategies':
      return <StrategiesPage />;
    case 'strategy':
      return <StrategyPage key={asked.id} id={asked.id} />;
    case 'backtests':
      return <BacktestsPage />;
    case 'new-backtest':
      return <NewBacktestPage strategyId={asked.strategyId} />;
    case 'backtest':
      return <BacktestPage key={asked.id} id={asked.id} />;
    case 'live':
      return <LivePage />;
    case 'deployment':
      return <DeploymentPage key={asked.id} id={asked.id} />;
    case 'inbox':
      return <InboxPage />;
    case 'import':
      return <ImportPage />;
    case 'admin':
      return <AdminPage />;
    case 'actors':
      return <ActorsPage />;
    case 'nodes':
      return <NodesPage />;
    case 'settings':
      return <SettingsPage />;
    case 'refused-events':
      return <RefusedEventsPage />;
    case 'actor-kind':
      return <KindPage key={asked.kind} kind={asked.kind} />;
    case 'actor':
      return <ActorPage key={`${asked.kind}/${asked.id}`} kind={asked.kind} id={asked.id} event={asked.event} />;
    case 'unknown':
      return (
        <Empty title="There is no such page.">
          <Link to="/trade">Go to Trade</Link>
        </Empty>
      );
  }
};
