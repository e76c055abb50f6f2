/** The web terminal as people use it: in a browser, against the whole platform. */

/// <reference lib="dom" />

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { breakEvent } from './broken-event.ts';
import { openBrowser } from './browser.ts';
import { clientAt } from './client-at.ts';
import { startPlatformProcess } from './platform-process.ts';
import type { PlatformProcess } from './platform-process.ts';

const password = 'correct horse battery';
const administrator = { email: 'admin@localhost', password };
const folder = mkdtempSync(join(tmpdir(), 'xtrading-terminal-'));
let platform: PlatformProcess;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the page complained about, and what it asked of others than its server. */
let complaints: string[] = [];

beforeAll(async () => {
  platform = await startPlatformProcess({
    dataFolder: join(folder, 'data'),
    settings: { XTRADING_ADMIN_PASSWORD: password, XTRADING_RUNNERS: '1' },
  });
  browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  await browser.close();
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser notes every answer from 400 on: those are the test's own affair.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (host !== new URL(platform.address).host && protocol !== 'blob:') complaints.push(`asked for ${request.url()}`);
  });
});

afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

const open = (path: string): Promise<unknown> => page.goto(`${platform.address}${path}`);

const signIn = async (path: string, { email, password: secret } = administrator): Promise<void> => {
  await open(path);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.locator('form button[type=submit]').click();
  await page.waitForSelector('.shell');
};

/** Live data come when they come, and a busy machine is slow. */
const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 30_000 });

/** Of a tab of the page; its name may carry a count. */
const tab = (name: string) => page.getByRole('tab', { name });
const toast = (text: string) => page.locator('.toast', { hasText: text });

describe('a session', () => {
  it('begins with registering and survives a reload', async () => {
    await open('/inbox');
    await tab('Register').click();
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByLabel('Password').fill('short');
    await page.locator('form button[type=submit]').click();
    await page.locator('.field.wrong .problem').waitFor();
    await page.getByLabel('Password').fill('a longer pass phrase');
    await page.locator('form button[type=submit]').click();
    await page.getByText('Nothing has happened so far.').waitFor();
    await page.reload();
    await page.getByText('Nothing has happened so far.').waitFor();
    expect(await page.locator('.who').innerText()).toContain('Ada');
    expect(await page.locator('.rail').innerText()).not.toContain('Admin');
  });

  it('that has ended asks to sign in and comes back to the page', async () => {
    await signIn('/backtests');
    await page.evaluate(() => localStorage.setItem('xtrading.refresh-token', 'bm90aGluZw'));
    await page.reload();
    await page.getByText('Your session has ended.').waitFor();
    await page.getByLabel('E-mail').fill(administrator.email);
    await page.getByLabel('Password').fill(password);
    await page.locator('form button[type=submit]').click();
    await page.getByRole('heading', { name: 'Backtests' }).waitFor();
  });

  it('ends in all tabs', async () => {
    await signIn('/inbox');
    const other = await context.newPage();
    await other.goto(`${platform.address}/strategies`);
    await other.getByRole('heading', { name: 'Strategies' }).waitFor();
    await page.getByLabel('Sign out').click();
    await page.getByLabel('Password').waitFor();
    await other.getByLabel('Password').waitFor();
    expect(await page.evaluate(() => localStorage.getItem('xtrading.refresh-token'))).toBeNull();
  });

  it('refuses a wrong password in words', async () => {
    await open('/');
    await page.getByLabel('E-mail').fill(administrator.email);
    await page.getByLabel('Password').fill('something else');
    await page.locator('form button[type=submit]').click();
    await page
      .getByRole('alert')
      .getByText(/password/i)
      .waitFor();
  });
});

describe('a forgotten password', () => {
  it('is set anew with the token of a mail', async () => {
    const ada = { email: 'forgetful@example.org', password: 'the one that is forgotten' };
    await fetch(`${platform.address}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...ada, displayName: 'Ada' }),
    });
    await open('/');
    await page.getByRole('button', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail').fill(ada.email);
    await page.getByRole('button', { name: 'Mail me a token' }).click();
    await page.getByText('a token is on its way').waitFor();
    // No mail server is set, so it is a file.
    const mail = join(folder, 'data', 'mail');
    await eventually(() => existsSync(mail) && readdirSync(mail).length === 1).toBe(true);
    const text = readFileSync(join(mail, readdirSync(mail)[0] ?? ''), 'utf8').replaceAll('=\n', '');
    const token = /^[\w-]+\.[\w-]{43}$/m.exec(text.replaceAll('=3D', '='))?.[0] ?? '';
    await page.getByLabel('Token').fill('not this one');
    await page.getByLabel('New password').fill('the one that is remembered');
    await page.getByRole('button', { name: 'Set it and sign in' }).click();
    await page.getByRole('alert').getByText(/token/i).waitFor();
    await page.getByLabel('Token').fill(` ${token} `);
    await page.getByRole('button', { name: 'Set it and sign in' }).click();
    await page.waitForSelector('.shell');
    expect(platform.log()).toContain('.eml');
    expect(platform.log()).not.toContain(token);
    expect(platform.log()).not.toContain(ada.email);
  });
});

describe('trading', () => {
  /** Different colours among the pixels of the chart: few while it is blank. */
  const chartColours = (): Promise<number> =>
    page.evaluate(() => {
      const colours = new Set<number>();
      for (const canvas of document.querySelectorAll<HTMLCanvasElement>('.chart-place canvas')) {
        const { width, height } = canvas;
        if (width === 0 || height === 0) continue;
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
        for (const colour of new Uint32Array(Uint8ClampedArray.from(pixels).buffer)) colours.add(colour);
      }
      return colours.size;
    });

  it('shows live prices and a chart', async () => {
    await signIn('/trade/ACME');
    await eventually(chartColours).toBeGreaterThan(20);
    const last = page.locator('.symbol-head .last');
    await last.waitFor();
    const before = await last.innerText();
    await eventually(() => last.innerText()).not.toBe(before);
    await tab('1h').click();
    await page.getByRole('img', { name: 'Prices of ACME, 1h' }).waitFor();
    await eventually(chartColours).toBeGreaterThan(20);
  });

  it('buys, values the position live, and closes it', async () => {
    await signIn('/trade/ACME');
    await page.getByRole('button', { name: 'Open another account' }).click();
    await page.getByLabel('Name').fill('Probe');
    await page.getByLabel('Cash to begin with').fill('50000');
    await page.getByRole('button', { name: 'Open it' }).click();
    await toast('The account is open').waitFor();
    await page.getByLabel('Quantity').fill('100');
    await page.getByRole('button', { name: 'Buy 100 ACME' }).click();
    const row = page.locator('.account-tables tbody tr');
    await row.getByText('100', { exact: true }).waitFor();
    const profit = row.locator('td').nth(5);
    const before = await profit.innerText();
    await eventually(() => profit.innerText()).not.toBe(before);
    await row.getByRole('button', { name: 'Close' }).click();
    await page.getByText('No open positions.').waitFor();
    await tab('Fills').click();
    await eventually(() => page.locator('.account-tables tbody tr').count()).toBe(2);
  });

  it('says at the field what is wrong with an order, and cancels one', async () => {
    await signIn('/trade/ACME');
    await tab('Limit').click();
    await page.getByLabel('Quantity').fill('1');
    await page.getByLabel('Limit price').fill('1.0001');
    await page.getByRole('button', { name: 'Buy 1 ACME' }).click();
    await page
      .locator('.field.wrong', { hasText: 'Limit price' })
      .getByText(/multiple of 0\.01/)
      .waitFor();
    await page.getByLabel('Limit price').fill('1');
    await page.getByRole('button', { name: 'Buy 1 ACME' }).click();
    await tab('Open orders').click();
    const row = page.locator('.account-tables tbody tr');
    await row.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('No open orders.').waitFor();
    await tab('Order history').click();
    await page.locator('.account-tables .status.cancelled').first().waitFor();
  });

  it('says when live data stop and goes on when they are back', async () => {
    await signIn('/trade/ACME');
    const state = page.locator('.connection');
    await eventually(() => state.innerText()).toBe('Live');
    await context.setOffline(true);
    await eventually(() => state.innerText()).toBe('Reconnecting');
    await context.setOffline(false);
    await eventually(() => state.innerText()).toBe('Live');
  });
});

describe('strategies and backtests', () => {
  const createStrategy = async (name: string): Promise<void> => {
    await signIn('/strategies');
    await page.getByRole('button', { name: 'New strategy' }).first().click();
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('It compiles and runs.').waitFor({ timeout: 30_000 });
  };
  const write = async (text: string): Promise<void> => {
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(text);
  };

  it('marks a mistake where it is, and saves what is mended as a version', async () => {
    await createStrategy('marked');
    await write('const x: = 3;');
    await page.locator('.diagnostic').getByText('strategy.ts:21:10').waitFor();
    await page.locator('.cm-lint-marker-error').waitFor();
    for (const _ of 'const x: = 3;') await page.keyboard.press('Backspace');
    await write('// A remark.\n');
    await page.keyboard.press('Control+s');
    await toast('Saved as version 2').waitFor();
    await tab('Versions').click();
    await page.getByRole('button', { name: /^v1/ }).click();
    expect(await page.locator('.diff .added').innerText()).toContain('// A remark.');
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await toast('Version 1 is the newest again').waitFor();
    expect(await page.locator('.cm-content').innerText()).not.toContain('A remark');
  });

  it('leaves the choice where somebody else has saved in between', async () => {
    await createStrategy('shared');
    const other = await context.newPage();
    await other.goto(page.url());
    await other.locator('.cm-content').click();
    await other.keyboard.press('Control+End');
    await other.keyboard.type('// theirs\n');
    await other.keyboard.press('Control+s');
    await other.getByText('Saved as version 2').waitFor();
    await write('// mine\n');
    await page.keyboard.press('Control+s');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It was saved elsewhere in the meantime').waitFor();
    expect(await dialog.locator('.diff .removed').innerText()).toContain('// theirs');
    expect(await dialog.locator('.diff .added').innerText()).toContain('// mine');
    await dialog.getByRole('button', { name: 'Save mine as the newest version' }).click();
    await eventually(() => page.locator('.strategy-head').innerText()).toContain('v3');
    expect(await page.locator('.cm-content').innerText()).toContain('// mine');
  });

  it('runs a backtest and shows its figures, curves, trades and report', async () => {
    await createStrategy('tested');
    await page.getByRole('button', { name: 'Backtest', exact: true }).click();
    await page.getByLabel('fast').fill('12');
    await page.getByRole('button', { name: 'Run the backtest' }).click();
    await page.locator('.status.completed').waitFor({ timeout: 30_000 });
    expect(await page.locator('.figure').first().innerText()).toMatch(/Return\s+[−\d.,]+ %/);
    await page.locator('.curves canvas').first().waitFor();
    await tab('Trades').click();
    await eventually(() => page.locator('tbody tr').count()).toBeGreaterThan(5);
    await page.locator('.trades-chart canvas').first().waitFor();
    await tab('Settings').click();
    await page.getByText('Trade hash').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'HTML report' }).click();
    expect((await download).suggestedFilename()).toMatch(/^backtest-.*\.html$/);
    await page.getByRole('link', { name: /Inbox/ }).click();
    await page.locator('.notification', { hasText: 'tested on ACME' }).waitFor();
  });

  it('searches parameters: ranking, heat map, and a member in full', async () => {
    await createStrategy('searched');
    await page.getByRole('button', { name: 'Backtest', exact: true }).click();
    await tab('Search').click();
    await page.getByRole('button', { name: 'Try several' }).first().click();
    await page.getByRole('button', { name: 'Try several' }).first().click();
    await page.getByLabel('fast: values to try').fill('5, 10');
    await page.getByLabel('slow: values to try').fill('20..40:10');
    await page.getByRole('button', { name: 'Run 6 backtests' }).click();
    await page.locator('.status.completed').waitFor({ timeout: 30_000 });
    await eventually(() => page.locator('tbody tr').count()).toBe(6);
    const sharpes = await page.locator('tbody tr td:nth-child(6)').allInnerTexts();
    const numbers = sharpes.map((text) => Number(text.replace('−', '-')));
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    await tab('Heat map').click();
    await eventually(() => page.locator('table.heat button.cell').count()).toBe(6);
    const best = await page.locator('table.heat td.best').innerText();
    expect(best).toBe(sharpes[0]);
    await page.locator('table.heat td.best button').click();
    await page.getByRole('heading', { name: 'searched' }).waitFor();
    await page.locator('.figure', { hasText: 'Sharpe ratio' }).getByText(best).waitFor({ timeout: 30_000 });
  });
});

describe('live strategies', () => {
  /** A strategy that wants something at every bar, made past the editor. */
  const bring = async (name: string, onBar: string): Promise<string> => {
    const post = async (path: string, body: object, token = ''): Promise<Record<string, string>> => {
      const answer = await fetch(`${platform.address}/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
      });
      return (await answer.json()) as Record<string, string>;
    };
    const { accessToken = '' } = await post('auth/login', administrator);
    const source = `import { defineStrategy } from 'xtrading/strategy';
export default defineStrategy({ name: '${name}', onBar: (ctx) => { ${onBar} } });
`;
    return (await post('strategies', { name, source }, accessToken))['id'] ?? '';
  };
  const runLive = async (id: string): Promise<void> => {
    await signIn(`/strategies/${id}`);
    await page.getByText('It compiles and runs.').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Run live' }).click();
    await page.getByRole('button', { name: '+ BTC-USD' }).click();
    await page.getByLabel('Bars of').selectOption('5s');
    await page.getByRole('button', { name: 'Start trading' }).click();
  };

  it('are started from the strategy, and show what they want with what became of it', async () => {
    const id = await bring('eager', "ctx.buy('main', 0.001); ctx.buy('main', 0.001, { stop: 1e6 });");
    await runLive(id);
    await page.getByRole('heading', { name: /^eager v1/ }).waitFor();
    const row = (text: string) => page.locator('tbody tr', { hasText: text }).first();
    await row('acted').waitFor({ timeout: 30_000 });
    expect(await row('skipped').innerText()).toContain('Accounts do not take stop orders');
    await page.getByRole('button', { name: 'Pause' }).click();
    await row('The deployment is paused.').waitFor({ timeout: 30_000 });
    await page.getByRole('link', { name: 'eager' }).click();
    await page.locator('.strategy-head').getByText('live: paused').waitFor();
    await page.getByRole('link', { name: /^Live/ }).click();
    const deployment = page.getByLabel('Deployments').locator('tr', { hasText: 'eager' });
    await deployment.getByText('paused').waitFor();
    await page.getByLabel('Signals').locator('tr', { hasText: 'acted' }).first().waitFor();
    page.on('dialog', (dialog) => void dialog.accept());
    await deployment.getByRole('button', { name: 'Stop' }).click();
    await deployment.getByText('stopped').waitFor();
  });

  it('that fail say where, and lead from the inbox to the place', async () => {
    await runLive(await bring('broken', 'if (ctx.now > Date.UTC(2026, 0)) ctx.nothing.value;'));
    await page.locator('.failure').getByText('strategy.ts:2').waitFor({ timeout: 30_000 });
    await page.locator('.status.failed').waitFor();
    await page.getByRole('link', { name: /Inbox/ }).click();
    await page.locator('.notification', { hasText: 'broken has stopped trading' }).getByRole('link').first().click();
    await page.locator('.failure').getByText('strategy.ts:2').waitFor();
  });
});

it('imports a file and names the rows that it left out', async () => {
  await signIn('/import');
  const days = ['03,x', '04,10', '05,11', '08,12', '09,11'].map((day) => `2024-01-${day},13,9,11.5,900`);
  const rows = ['Date,Open,High,Low,Close,Volume', '2024-01-02,10,11,9,10.5,1000', ...days];
  const buffer = Buffer.from(`${rows.join('\n')}\n`);
  await page.locator('input[type=file]').setInputFiles({ name: 'PROBE_daily.csv', mimeType: 'text/csv', buffer });
  expect(await page.getByLabel('Symbol').inputValue()).toBe('PROBE');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.locator('tr .status.completed').waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'PROBE_daily.csv' }).click();
  await page.locator('.rejected').getByText('Line 3').waitFor();
});

it('shows administrators the nodes', async () => {
  await signIn('/admin');
  await tab('Nodes').click();
  await page.getByText('The program is alone: no cluster.').waitFor();
  expect(await page.getByRole('row').count()).toBe(2);
});

describe('the settings of the cluster', () => {
  const cell = (text: string) => page.getByRole('row', { name: 'log.level' }).getByText(text, { exact: true });
  const dialog = () => page.getByRole('dialog', { name: 'log.level' });

  it('are changed by administrators, who see what a value must be and what it was', async () => {
    await signIn('/admin');
    await tab('Settings').click();
    await page.getByText('what is set here counts until it ends').waitFor();
    await page.getByRole('button', { name: 'Open log.level' }).click();
    await dialog().getByText('It has never been changed.').waitFor();
    await dialog().getByLabel('Value').fill('loud');
    await dialog().getByRole('button', { name: 'Set it' }).click();
    await dialog().locator('.field.wrong').getByText('is not one of error, warn, info, debug').waitFor();
    await dialog().getByLabel('Value').fill('error');
    await dialog().getByRole('button', { name: 'Set it' }).click();
    await toast('It is error on all nodes.').waitFor();
    await cell('error').waitFor();

    await page.getByRole('button', { name: 'Open log.level' }).click();
    await dialog().getByRole('region', { name: 'History' }).getByText('error').waitFor();
    await dialog().getByRole('button', { name: 'Let it have its default' }).click();
    await toast('It is as each node says.').waitFor();
    await eventually(() => cell('as each node says').count()).toBe(2);
  });

  it('are not overwritten where somebody else has changed them meanwhile', async () => {
    const client = clientAt(platform.address);
    await client.auth.login(administrator);
    await signIn('/admin/settings');
    await page.getByRole('button', { name: 'Open log.level' }).click();
    await client.system.setConfig('log.level', { value: 'warn' });
    await dialog().getByLabel('Value').fill('error');
    await dialog().getByRole('button', { name: 'Set it' }).click();
    await dialog().getByRole('alert').getByText('log.level is warn by now').waitFor();
    await client.system.unsetConfig('log.level');
  });
});

describe('events that were refused', () => {
  it('are none where no other program is told', async () => {
    await signIn('/admin');
    await tab('Refused events').click();
    await page.getByText('No event for other programs was refused.').waitFor();
  });

  it('are shown to administrators with the reason, and sent again', async () => {
    const event = {
      id: '7-41-0',
      name: 'order.placed',
      actor: { kind: 'account', id: 'ann.main' },
      reason: 'message size exceeds maximum allowed',
      at: new Date().toISOString(),
      isAskedFor: false,
    };
    let isAskedFor = false;
    // Only a server of NATS refuses any, and this platform has none.
    await page.route('**/api/v1/system/events/refused?*', (route) =>
      route.fulfill({ json: { data: [{ ...event, isAskedFor }], nextAfter: null } }),
    );
    await page.route(`**/api/v1/system/events/refused/${event.id}/resend`, (route) => {
      isAskedFor = true;
      return route.fulfill({ status: 202, json: { ...event, isAskedFor } });
    });
    await signIn('/admin/events');
    await page.getByRole('heading', { name: '1 event was refused' }).waitFor();
    await page.getByRole('cell', { name: event.reason }).waitFor();
    expect(await page.getByRole('link', { name: 'ann.main' }).getAttribute('href')).toContain('/account/ann.main');
    await page.getByRole('button', { name: 'Send order.placed again' }).click();
    await toast('order.placed is sent again').waitFor();
    await page.getByRole('cell', { name: 'is sent again' }).waitFor();
  });
});

it('shows administrators the users and the tree of actors', async () => {
  await signIn('/admin');
  await page.getByRole('cell', { name: administrator.email }).waitFor();
  await tab('Actors').click();
  await page.locator('.tree').getByText('dispatcher').waitFor();
  expect(await page.locator('.tree .status-light').first().innerText()).toBe('running');
});

describe('an actor that failed', () => {
  /** An account with three events, of which it can't read the last. */
  const poisoned = async (): Promise<string> => {
    const client = clientAt(platform.address);
    await client.auth.login(administrator);
    const { id } = await client.trading.openAccount({ name: 'Torn', initialCash: '1000' });
    for (const amount of ['200', '30']) await client.trading.deposit(id, amount);
    await breakEvent(join(folder, 'data'), `account/${id}`, 3);
    await client.system.stop({ kind: 'account', id });
    await expect(client.trading.account(id)).rejects.toMatchObject({ code: 'quarantined' });
    return id;
  };
  const region = (name: string) => page.getByRole('region', { name });

  it('is on top of all, shows its past, and goes on when somebody decides', async () => {
    const id = await poisoned();
    await signIn('/admin/actors');
    await region('Quarantined actors').getByText('Event 3: Unexpected end of JSON input').waitFor();
    await page.getByRole('link', { name: id }).click();
    await page.getByRole('heading', { name: id }).waitFor();
    await region('Events').locator('.broken-event').getByText('can not be read').waitFor();
    await region('State').getByText('no state can be made').waitFor();

    await page.getByRole('button', { name: 'Show the state before event 3' }).click();
    await region('What event 2 changed').locator('.added', { hasText: '"cash": "1200"' }).waitFor();
    expect(await region('What event 2 changed').locator('.removed').first().innerText()).toContain('"cash": "1000"');
    await page.locator('#page').focus();
    await page.keyboard.press('[');
    await region('State').getByText('State after event 1').waitFor();
    await region('What event 1 changed').locator('.added', { hasText: '"name": "Torn"' }).waitFor();
    await region('Events').getByRole('button', { name: 'Event 1' }).and(page.locator('[aria-expanded=true]')).waitFor();
    await page.getByRole('slider').press('End');
    await region('State').getByText('no state can be made').waitFor();

    await page.getByRole('button', { name: 'Retry' }).click();
    await toast('has failed again').waitFor();
    await page.getByRole('button', { name: 'Skip…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Go on without event 3?' });
    await dialog.getByRole('button', { name: 'Leave it as it is' }).click();
    await page.getByRole('button', { name: 'Skip…' }).click();
    await dialog.getByRole('button', { name: 'Skip it for good' }).click();
    await toast('goes on').waitFor();
    await eventually(() => page.locator('.page-head .status-light').innerText()).toBe('live');
    await page.getByRole('button', { name: 'Now', exact: true }).click();
    await region('State').locator('.json', { hasText: 'cash: "1200"' }).waitFor();
    await page.getByRole('link', { name: 'Actors' }).click();
    await page.getByText('No actor waits for you.').waitFor();
    await page.getByText('No message between actors waits to be answered.').waitFor();
    await page.getByRole('note', { name: 'Mail' }).getByText('attempts that failed 0').waitFor();
  });

  it('is found by its id, and without its secrets', async () => {
    await signIn('/admin/actors');
    await page.locator('.tree').getByRole('link', { name: 'user' }).click();
    await page
      .getByRole('link', { name: /^[0-9a-z]{16}$/ })
      .first()
      .click();
    await region('State').locator('.json', { hasText: 'passwordHash: "[hidden]"' }).waitFor();
    await page.goBack();
    await page.getByLabel('Id of an actor').fill('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('There is no such actor.').first().waitFor();
  });
});

it('is moved by the keyboard alone', async () => {
  await signIn('/trade/ACME');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('globex');
  await page.getByRole('option', { name: 'GLOBEX' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'GLOBEX' }).waitFor();
  await page.locator('#page').focus();
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Keyboard').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.getByRole('heading', { name: 'Strategies' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'GLOBEX' }).waitFor();
});

it('fits a narrow window, dark and light', async () => {
  await signIn('/trade/ACME');
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.getByLabel('Switch between dark and light').click();
  expect(await ground()).not.toBe(dark);
  await page.setViewportSize({ width: 400, height: 800 });
  for (const path of [
    '/trade/ACME',
    '/strategies',
    '/backtests',
    '/live',
    '/import',
    '/inbox',
    '/admin',
    '/admin/actors',
    '/admin/actors/account',
    '/admin/nodes',
    '/admin/settings',
    '/admin/events',
  ]) {
    await open(path);
    await page.waitForSelector('#page h1, #page section');
    expect(await page.evaluate(() => document.querySelector('#page')?.scrollWidth), path).toBe(400);
  }
});
