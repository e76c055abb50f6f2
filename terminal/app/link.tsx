/** A link within the terminal: a plain link for new tabs, without loading the page again otherwise. */

import type { ComponentChildren } from 'preact';
import { go } from './router.ts';

interface LinkProps {
  readonly to: string;
  readonly class?: string;
  readonly title?: string;
  readonly current?: boolean;
  readonly children: ComponentChildren;
}

export const Link = ({ to, title, current = false, children, ...rest }: LinkProps) => (
  <a
    href={to}
    class={rest.class}
    title={title}
    aria-current={current ? 'page' : undefined}
    onClick={(event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      go(to);
    }}
  >
    {children}
  </a>
);
