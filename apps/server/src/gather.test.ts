import { afterEach, describe, expect, it, vi } from 'vitest';
import { gather, type Pace } from './gather.ts';

const process = () => ({ withTenant: async () => Promise.reject(new Error('not asked')) });

/** A run that ends when the test says so, and keeps what it was given. */
function stepwise(fails: (inputs: readonly string[]) => boolean = () => false, options: Pace = {}) {
  const runs: { inputs: readonly string[]; end(): void }[] = [];
  let begun = () => {};
  const share = gather<ReturnType<typeof process>, string, string>(async (_who, lane, inputs) => {
    await new Promise<void>((end) => {
      runs.push({ inputs, end });
      begun();
    });
    if (fails(inputs)) throw new Error(`failed: ${inputs.join()}`);
    return inputs.map((input) => `${lane}:${input}`);
  }, options);
  const next = async (count: number) => {
    while (runs.length < count) await new Promise<void>((resolve) => (begun = resolve));
    return runs[count - 1] ?? { inputs: [], end: () => {} };
  };
  return { runs, share, next };
}

describe('gather', () => {
  it('begins at once with what is there, and takes together what comes meanwhile', async () => {
    const { share, next, runs } = stepwise();
    const who = process();
    const first = share(who, 'a', '1');
    const run = await next(1);
    expect(run.inputs).toEqual(['1']);
    const others = ['2', '3', '4'].map((input) => share(who, 'a', input));
    run.end();
    expect(await first).toBe('a:1');
    (await next(2)).end();
    expect(await Promise.all(others)).toEqual(['a:2', 'a:3', 'a:4']);
    expect(runs).toHaveLength(2);
  });

  it('lets lanes and processes go on beside each other', async () => {
    const { share, next, runs } = stepwise();
    const who = process();
    const all = [share(who, 'a', '1'), share(who, 'b', '2'), share(process(), 'a', '3')];
    await next(3);
    for (const run of runs) run.end();
    expect(await Promise.all(all)).toEqual(['a:1', 'b:2', 'a:3']);
  });

  it('repeats a failed run for each alone: who can’t be helped fails alone', async () => {
    const { share, next } = stepwise((inputs) => inputs.includes('bad'));
    const who = process();
    const settled = Promise.allSettled(['1', 'bad', '2'].map((input) => share(who, 'a', input)));
    (await next(1)).end();
    // Side by side: the second to be repeated is not held up by the first.
    for (const count of [4, 3, 2]) (await next(count)).end();
    expect(await settled).toMatchObject([
      { status: 'fulfilled', value: 'a:1' },
      { status: 'rejected', reason: new Error('failed: bad') },
      { status: 'fulfilled', value: 'a:2' },
    ]);
  });

  describe('with a pace', () => {
    afterEach(() => void vi.useRealTimers());

    it('begins the next run after company only when the pace allows, and never holds up who comes alone', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout'] });
      const { share, next, runs } = stepwise(() => false, { paceMs: 5 });
      const who = process();
      for (const [index, input] of ['1', '2'].entries()) {
        const alone = share(who, 'a', input);
        (await next(index + 1)).end();
        await alone;
      }
      const together = [share(who, 'a', '3'), share(who, 'a', '4')];
      (await next(3)).end();
      await Promise.all(together);
      const late = [share(who, 'a', '5'), share(who, 'a', '6')];
      await vi.advanceTimersByTimeAsync(4);
      expect(runs).toHaveLength(3);
      await vi.advanceTimersByTimeAsync(1);
      (await next(4)).end();
      expect(await Promise.all(late)).toEqual(['a:5', 'a:6']);
    });

    it('does not wait for its time once enough have come', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout'] });
      const { share, next, runs } = stepwise(() => false, { paceMs: 1000, enough: () => 3 });
      const who = process();
      const together = [share(who, 'a', '1'), share(who, 'a', '2')];
      (await next(1)).end();
      await Promise.all(together);
      const late = ['3', '4'].map((input) => share(who, 'a', input));
      await new Promise(setImmediate);
      expect(runs).toHaveLength(1);
      late.push(share(who, 'a', '5'));
      const run = await next(2);
      expect(run.inputs).toEqual(['3', '4', '5']);
      run.end();
      expect(await Promise.all(late)).toEqual(['a:3', 'a:4', 'a:5']);
    });
  });
});
