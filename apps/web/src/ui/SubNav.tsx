import { type ReactNode, useRef } from 'react';
import { useCurrentInSight } from './useCurrentInSight.ts';
import './subNav.css';

/** Links to the pages of one thing, under its head; the page that is open is marked. */
export function SubNav({ label, children }: { label: string; children: ReactNode }) {
  const nav = useRef<HTMLElement>(null);
  useCurrentInSight(nav, '[aria-current="page"]');
  return (
    <nav ref={nav} className="sub-nav" aria-label={label}>
      {children}
    </nav>
  );
}
