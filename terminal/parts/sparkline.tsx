/** A small line of the latest values, coloured by where it has gone. */

interface SparklineProps {
  readonly values: readonly number[];
  readonly width?: number;
  readonly height?: number;
}

export const Sparkline = ({ values, width = 52, height = 18 }: SparklineProps) => {
  const [first] = values;
  const last = values.at(-1);
  if (first === undefined || last === undefined || values.length < 2)
    return <svg class="spark" width={width} height={height} />;
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values
    .map((value, place) => {
      const x = (place / (values.length - 1)) * (width - 2) + 1;
      const y = height - 2 - ((value - low) / span) * (height - 4);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
  return (
    <svg class={`spark ${last >= first ? 'up' : 'down'}`} width={width} height={height} aria-hidden="true">
      <polyline points={points} />
    </svg>
  );
};
