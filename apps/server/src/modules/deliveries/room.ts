type Guest = { bytes: number; enter: () => void };

/**
 * Lets work in while the bytes that it holds fit into the room, in the order of asking; what is larger than the room goes in alone.
 * So memory is bounded by bytes, whatever number of jobs runs: 32 vouchers of usual size at once, three of 20 MB.
 */
export function createRoom(total: number): <T>(bytes: number, work: () => Promise<T>) => Promise<T> {
  let free = total;
  const waiting: Guest[] = [];
  const admit = () => {
    for (let next = waiting[0]; next && (next.bytes <= free || free === total); next = waiting[0]) {
      waiting.shift();
      free -= next.bytes;
      next.enter();
    }
  };
  return async (bytes, work) => {
    await new Promise<void>((enter) => {
      waiting.push({ bytes, enter });
      admit();
    });
    try {
      return await work();
    } finally {
      free += bytes;
      admit();
    }
  };
}
