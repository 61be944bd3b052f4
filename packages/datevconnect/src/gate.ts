/** Lets at most so many in at once; the others wait in the order in which they came. */
export interface Gate {
  /** Resolves, once there is room, to the way out: call it when done. A second call of it does nothing. */
  readonly enter: () => Promise<() => void>;
}

export function createGate(width: number): Gate {
  let free = width;
  const waiting: (() => void)[] = [];
  const wayOut = () => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = waiting.shift();
      // The place is handed on, not freed: else somebody could come in between.
      if (next === undefined) free++;
      else next();
    };
  };
  return {
    async enter() {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return wayOut();
    },
  };
}
