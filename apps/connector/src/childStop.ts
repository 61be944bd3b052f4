/** A signal that fires when its parent does, or when told. */
export type ChildStop = {
  signal: AbortSignal;
  stop: () => void;
  /** Lets go of the parent; to be called when what listened is over. */
  done: () => void;
};

/**
 * A signal below another. Not AbortSignal.any: that keeps 2.6 kB of each call for as long as the parent lives (measured on Node 20.20 and
 * 22.23), and this program's parent lives for months.
 */
export function childStop(parent: AbortSignal): ChildStop {
  const own = new AbortController();
  const stop = () => own.abort();
  if (parent.aborted) own.abort();
  else parent.addEventListener('abort', stop, { once: true });
  return { signal: own.signal, stop, done: () => parent.removeEventListener('abort', stop) };
}
