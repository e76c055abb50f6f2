/** The way between pages, with what is unread. */

import { unread } from '../inbox/inbox.ts';
import { Icon } from '../parts/icon.tsx';
import { may } from '../session/session.ts';
import { Link } from './link.tsx';
import { places } from './places.ts';
import { route } from './router.ts';

export const Rail = () => (
  <nav class="rail" aria-label="Pages">
    <Link to="/trade" class="mark" title="xTrading">
      <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
        <path d="M7 8l7.5 8L7 24M25 8l-7.5 8L25 24" />
      </svg>
    </Link>
    {places
      .filter(({ permission }) => may(permission))
      .map(({ path, title, icon, letter, pages }) => (
        <Link key={path} to={path} title={`${title} (g ${letter})`} current={pages.includes(route.value.page)}>
          <span class="rail-icon">
            <Icon name={icon} size={20} />
            {icon === 'inbox' && unread.value > 0 && (
              <span class="badge" aria-label={`${unread.value} unread`}>
                {unread.value > 99 ? '99+' : unread.value}
              </span>
            )}
          </span>
          <span class="rail-title">{title}</span>
        </Link>
      ))}
  </nav>
);
