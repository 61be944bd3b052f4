/** The middle value; of an even number of them the lower middle one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** The value that 95 of 100 do not exceed. */
export function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? Number.NaN;
}

/** The last line of a benchmark, for programs: `ratio <name> <median> (<min>-<max>)`. */
export function ratioLine(name: string, ratios: readonly number[]): string {
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  return `ratio ${name} ${median(ratios).toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
}
