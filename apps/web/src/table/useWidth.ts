import { type RefObject, useEffect, useState } from 'react';

/**
 * Width of an element in steps of 20 pixels, so that dragging a window does not render at every pixel; the element
 * counts, not the window. Infinity until it is measured.
 */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width / 20) * 20);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
