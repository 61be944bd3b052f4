import { type RefObject, useEffect } from 'react';

// Right after a page was loaded nothing has the focus, and nothing has lost it: the first Tab shall reach the link to the content.
let isUsed = false;
const note = () => {
  isUsed = true;
};
globalThis.document?.addEventListener('focusin', note, { once: true });

/**
 * A part of the page that takes the place of another takes the focus too, where it went away with what was there before: else the next Tab
 * would begin at the top of the page. A focus that somebody still has stays where it is.
 */
export function useFocusWhenLost(part: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (isUsed && document.activeElement === document.body) part.current?.focus({ preventScroll: true });
  }, [part]);
}
