/** One strategy that runs live: its state, what it wants as it comes, and what became of it. */

import type { ComponentChildren } from 'preact';
import type { Deployment } from '#sdk';
import { Link } from '../app/link.tsx';
import { plain } from '../format/plain.ts';
import { showInstant, showTime } from '../format/times.ts';
import { Empty, Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { accounts } from '../trade/accounts.ts';
import { DeploymentActions } from './deployment-actions.tsx';
import { dataOf } from './deployment-words.ts';
import { useLiveDeployment } from './live-deployment.ts';
import { SignalsTable } from './signals-table.tsx';

export const DeploymentPage = ({ id }: { readonly id: string }) => {
  const loaded = useLoaded(() => client.deployments.get(id), [id]);
  return <Show of={loaded}>{(deployment) => <Opened key={deployment.id} initial={deployment} />}</Show>;
};

const Opened = ({ initial }: { readonly initial: Deployment }) => {
  const { deployment, replace } = useLiveDeployment(initial);
  const { id, strategyId, strategyName, strategyVersion, status, failure, latestSignals } = deployment;
  return (
    <div class="page">
      <div class="page-head">
        <h1>
          <Link to={`/strategies/${strategyId}`}>{strategyName}</Link>
          <small class="muted">
            {' '}
            v{strategyVersion} · {dataOf(deployment)}
          </small>
        </h1>
        <span class={`status ${status}`}>{status}</span>
        <DeploymentActions id={id} name={strategyName} status={status} onDone={replace} />
      </div>
      {failure !== null && (
        <section class="panel section failure" role="alert">
          <h2>
            {failure.message} {failure.line !== null && <small>{`${failure.file ?? ''}:${failure.line}`}</small>}
          </h2>
          {failure.remedy !== null && <p>{failure.remedy}</p>}
          {failure.codeFrame !== null && <pre class="log">{failure.codeFrame}</pre>}
        </section>
      )}
      <section class="panel section" aria-label="State">
        <Facts deployment={deployment} />
      </section>
      <section class="panel" aria-label="Signals">
        {latestSignals.length === 0 ? (
          <Empty title="No signals so far.">
            {deployment.lastBarAt === null
              ? 'The strategy decides when its first bar closes.'
              : 'It has decided, and wants nothing.'}
          </Empty>
        ) : (
          <SignalsTable signals={latestSignals} isOfOne />
        )}
      </section>
    </div>
  );
};

const Facts = ({ deployment }: { readonly deployment: Deployment }) => {
  const { accountId, params, startedAt, lastBarAt, isWarm, signals, openOrders, differences } = deployment;
  const given = Object.entries(params).map(([name, value]) => `${name} ${plain(value)}`);
  return (
    <dl class="figures number">
      <Fact title="Account">{accounts.value.find(({ id }) => id === accountId)?.name ?? accountId}</Fact>
      <Fact title="Parameters">{given.length === 0 ? 'defaults' : given.join(', ')}</Fact>
      <Fact title="Started">{showInstant(startedAt)}</Fact>
      <Fact title="Newest bar">
        {lastBarAt === null ? 'none yet' : showTime(lastBarAt)}
        {isWarm === false && <small class="muted"> warming up</small>}
      </Fact>
      <Fact title="Acted on">{signals.acted}</Fact>
      <Fact title="Refused">{signals.refused}</Fact>
      <Fact title="Skipped">{signals.skipped}</Fact>
      <Fact title="Open orders">{openOrders}</Fact>
      {differences > 0 && <Fact title="Would now differ">{differences}</Fact>}
    </dl>
  );
};

const Fact = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }) => (
  <div>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </div>
);
