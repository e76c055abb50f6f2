/** What all charts share: the colours of the design, read anew when the theme changes. */

import { colourOf } from '../app/theme.ts';

/** The library's logo is left out; the help overlay names its makers, as its licence asks. */
export const chartLayout = () => ({
  layout: {
    background: { color: 'transparent' },
    textColor: colourOf('muted'),
    fontFamily: getComputedStyle(document.body).fontFamily,
    fontSize: 11,
    attributionLogo: false,
    panes: { separatorColor: colourOf('line'), separatorHoverColor: colourOf('accent-soft') },
  },
  grid: { vertLines: { color: colourOf('grid') }, horzLines: { color: colourOf('grid') } },
  rightPriceScale: { borderColor: colourOf('line') },
  timeScale: { borderColor: colourOf('line') },
});
