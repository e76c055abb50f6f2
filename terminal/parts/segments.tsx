/** One of a few, side by side: tabs and switches. Arrow keys move. */

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly title: string; readonly count?: number }[];
  readonly onChange: (value: T) => void;
  readonly look?: 'segments' | 'tabs';
}

export const Segments = <T extends string>(props: SegmentsProps<T>) => {
  const { label, value, options, onChange, look = 'segments' } = props;
  const move = (event: KeyboardEvent, step: number): void => {
    const place = options.findIndex((option) => option.value === value);
    const next = options[(place + step + options.length) % options.length];
    if (next === undefined) return;
    event.preventDefault();
    onChange(next.value);
    const buttons = (event.currentTarget as HTMLElement).querySelectorAll('button'); // listened to on the list itself
    buttons[options.indexOf(next)]?.focus();
  };
  return (
    <div
      class={look}
      role="tablist"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') move(event, 1);
        if (event.key === 'ArrowLeft') move(event, -1);
      }}
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="tab"
          aria-selected={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          onClick={() => onChange(option.value)}
        >
          {option.title}
          {option.count !== undefined && option.count > 0 && <span class="count">{option.count}</span>}
        </button>
      ))}
    </div>
  );
};
