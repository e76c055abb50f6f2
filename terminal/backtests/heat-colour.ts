/** How a cell of a heat map is coloured: by where its value lies between the lowest and the highest. */

/** 0 the lowest, 1 the highest; half way where all are equal. */
export const heatOf = (value: number, lowest: number, highest: number): number =>
  highest === lowest ? 0.5 : Math.max(0, Math.min(1, (value - lowest) / (highest - lowest)));

/** From dark blue over green to yellow: rising in lightness too, so that it can be read without colours. */
const stops = [
  [38, 43, 92],
  [36, 98, 141],
  [31, 146, 140],
  [88, 187, 107],
  [240, 222, 70],
] as const;

export const heatColour = (heat: number): { readonly back: string; readonly isLight: boolean } => {
  const place = heat * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(place));
  const [from, to] = [stops[below] ?? stops[0], stops[below + 1] ?? stops[4]];
  const [red, green, blue] = from.map((part, index) => Math.round(part + ((to[index] ?? 0) - part) * (place - below)));
  return { back: `rgb(${red} ${green} ${blue})`, isLight: heat > 0.55 };
};
