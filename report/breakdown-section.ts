/** The trades taken apart by symbol and by side. */

import type { Breakdown, TradeGroup } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { showMoney, showStatistic } from './show-number.ts';

/** Symbols shown; the result itself has all. */
const symbolsMax = 500;

export const breakdownSection = ({ bySymbol, bySide }: Breakdown): Html | null => {
  const sides = bySide.filter(({ trades, openTrades }) => trades + openTrades > 0);
  if (sides.length === 0) return null;
  return html`<section>
    <h2>By side${bySymbol.length > 1 && ' and symbol'}</h2>
    ${groupTable('Side', sides)}${bySymbol.length > 1 && groupTable('Symbol', bySymbol.slice(0, symbolsMax))}
  </section>`;
};

const titles = [
  'Trades',
  'Open',
  'Profit',
  'Open profit',
  'Win rate',
  'Average',
  'Best',
  'Worst',
  'Profit factor',
  'Average time held',
  'Commission',
];

const groupTable = (title: string, groups: readonly TradeGroup[]): Html =>
  html`<div class="scroll">
    <table class="${groups.length > 1 ? 'sortable' : ''}">
      <thead>
        <tr>
          <th scope="col">${title}</th>
          ${titles.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${groups.map(
          (group) =>
            html`<tr>
              <td>${group.name}</td>
              ${number(group.trades, showStatistic(group.trades, 'count'))}${number(group.openTrades, showStatistic(group.openTrades, 'count'))}${number(group.profit, showMoney(group.profit), true)}${number(group.openProfit, showMoney(group.openProfit), true)}${number(group.winRate, showStatistic(group.winRate, 'percent'))}${number(group.averageTrade, showStatistic(group.averageTrade, 'percent'), true)}${number(group.bestTrade, showStatistic(group.bestTrade, 'percent'))}${number(group.worstTrade, showStatistic(group.worstTrade, 'percent'))}${number(group.profitFactor, showStatistic(group.profitFactor, 'ratio'))}${number(group.averageTradeDays, showStatistic(group.averageTradeDays, 'days'))}${number(group.commission, showMoney(group.commission))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;

const number = (value: number | null, text: string, isSigned = false): Html =>
  html`<td
    class="${!isSigned || value === null || value === 0 ? '' : value > 0 ? 'good' : 'bad'}"
    data-value="${value}"
  >
    ${text}
  </td>`;
