import type { ReactNode } from 'react';

/** A table that may be wider than its place; scrolled sideways by keyboard too. */
export function TableScroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
    <section className="plain-table-scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
