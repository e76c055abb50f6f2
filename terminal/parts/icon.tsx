/** Line icons, drawn in a box of 16. */

const paths = {
  trade: 'M2 11l3.5-4 3 2.5L14 3M10.5 3H14v3.5',
  strategies: 'M5.5 4L2 8l3.5 4M10.5 4L14 8l-3.5 4M9 2.5l-2 11',
  backtests: 'M2.5 13.5V8M6.2 13.5V4.5M9.8 13.5V9.5M13.5 13.5V2.5',
  live: 'M8 9.2a1.2 1.2 0 100-2.4 1.2 1.2 0 000 2.4zM5 11a4.2 4.2 0 010-6M11 5a4.2 4.2 0 010 6M3 13a7 7 0 010-10M13 3a7 7 0 010 10',
  inbox:
    'M2 9.5V4a1.5 1.5 0 011.5-1.5h9A1.5 1.5 0 0114 4v5.5M2 9.5h3.5L7 11.5h2l1.5-2H14M2 9.5V12a1.5 1.5 0 001.5 1.5h9A1.5 1.5 0 0014 12V9.5',
  import: 'M8 2.5v7.5M5 7l3 3 3-3M2.5 11v1.5A1.5 1.5 0 004 14h8a1.5 1.5 0 001.5-1.5V11',
  admin: 'M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4z',
  search: 'M7 12A5 5 0 107 2a5 5 0 000 10zM10.7 10.7L14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  sun: 'M8 11a3 3 0 100-6 3 3 0 000 6zM8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1',
  moon: 'M13 9.5A5.5 5.5 0 016.5 3 5.5 5.5 0 1013 9.5z',
  help: 'M6 6a2 2 0 113 1.7c-.7.4-1 .8-1 1.6M8 12v.2M8 14.5a6.5 6.5 0 100-13 6.5 6.5 0 000 13z',
  out: 'M6 2.5H3.5A1 1 0 002.5 3.5v9a1 1 0 001 1H6M10.5 5L13.5 8l-3 3M13.5 8H6',
  down: 'M4 6l4 4 4-4',
  check: 'M3 8.5l3.5 3.5L13 4.5',
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) => (
  <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
