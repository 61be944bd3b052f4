import { type RefObject, useEffect } from 'react';

/** So much of the neighbours stays in sight, to show that the row goes on. Pixels. */
const neighbour = 28;

/**
 * On a phone a row of tabs or links is longer than the screen: moves the row, and nothing but it, so that the one that is chosen (by the
 * selector, within the list) is in sight, at first and whenever it is another.
 */
export function useCurrentInSight(list: RefObject<HTMLElement | null>, selector: string, current?: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice moves the list
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const chosen = list.current?.querySelector(selector)?.getBoundingClientRect();
      const row = list.current?.getBoundingClientRect();
      if (!list.current || !chosen || !row) return;
      const before = chosen.left - neighbour - row.left;
      const behind = chosen.right + neighbour - row.right;
      if (before < 0) list.current.scrollLeft += before;
      else if (behind > 0) list.current.scrollLeft += behind;
    });
    return () => cancelAnimationFrame(frame);
  }, [current]);
}
