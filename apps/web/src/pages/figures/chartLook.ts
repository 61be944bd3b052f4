/** What all charts look like; colours are the tokens', so that they follow light and dark. */
export const chartMargin = { top: 8, right: 14, bottom: 0, left: 0 };
/** Drawn at once: numbers that grow are no news. */
export const still = { isAnimationActive: false } as const;
export const axis = {
  tickLine: false,
  axisLine: false,
  tick: { fill: 'var(--ink-3)', fontSize: 11.5 },
} as const;
