import { type RefObject, useEffect } from 'react';

/**
 * A part of the page that takes the place of another takes the focus too, where it went away with what was there before: else the next Tab
 * would begin at the top of the page. A focus that somebody still has stays where it is.
 */
export function useFocusWhenLost(heading: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, [heading]);
}
