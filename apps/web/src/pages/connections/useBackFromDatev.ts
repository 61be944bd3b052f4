import { useEffect, useRef } from 'react';

/**
 * Going back from DATEV may show the page as it was left, without loading it: what waited for the way there would wait for ever,
 * and what was read before may have changed on the way.
 */
export function useBackFromDatev(act: () => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const onShow = ({ persisted }: PageTransitionEvent) => {
      if (persisted) latest.current();
    };
    window.addEventListener('pageshow', onShow);
    return () => window.removeEventListener('pageshow', onShow);
  }, []);
}
