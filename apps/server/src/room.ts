type Guest = { size: number; enter: () => void };

/** Runs work as soon as there is room for its size. */
export type Room = <T>(size: number, work: () => Promise<T>) => Promise<T>;

/**
 * Lets work in while what it takes fits into the room (bytes of memory, calls at the same time), in the order of asking; what is
 * larger than the room goes in alone.
 */
export function createRoom(total: number): Room {
  let free = total;
  const waiting: Guest[] = [];
  const admit = () => {
    for (let next = waiting[0]; next && (next.size <= free || free === total); next = waiting[0]) {
      waiting.shift();
      free -= next.size;
      next.enter();
    }
  };
  return async (size, work) => {
    await new Promise<void>((enter) => {
      waiting.push({ size, enter });
      admit();
    });
    try {
      return await work();
    } finally {
      free += size;
      admit();
    }
  };
}
