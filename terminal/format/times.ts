/** Times as people read them: UTC, as exchanges and the API say them; the day is left out where it is today. */

/** `14:03:22` today, else `2026-01-31 14:03`. */
export const showTime = (text: string, now = Date.now()): string => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const iso = date.toISOString();
  return iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10)
    ? iso.slice(11, 19)
    : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
};

/** `2026-01-31`, with the time of day where it has one. */
export const showInstant = (text: string): string => {
  const iso = new Date(text).toISOString();
  return iso.slice(11, 19) === '00:00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
};

export const showDay = (text: string): string => text.slice(0, 10);

/** `3 min ago`, for lists of what has happened. */
export const showAgo = (text: string, now = Date.now()): string => {
  const seconds = Math.max(0, (now - Date.parse(text)) / 1_000);
  if (seconds < 60) return 'just now';
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return showDay(text);
};

/** `2 min 05 s`. */
export const showSeconds = (seconds: number): string => {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
  return `${Math.floor(seconds / 3_600)} h ${String(Math.floor((seconds % 3_600) / 60)).padStart(2, '0')} min`;
};
