import { type RefObject, useEffect } from 'react';

/**
 * On a phone a row of tabs or links is longer than the screen: brings the one that is chosen (by the selector, within the list) into sight, at
 * first and whenever it is another.
 */
export function useCurrentInSight(list: RefObject<HTMLElement | null>, selector: string, current?: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice moves the list
  useEffect(() => {
    const frame = requestAnimationFrame(() =>
      list.current?.querySelector(selector)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    );
    return () => cancelAnimationFrame(frame);
  }, [current]);
}
