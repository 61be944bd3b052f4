/** Steps as they are told and counted: each prints `ok` or `FAILED`, and the run goes on. */
export type Steps = {
  /** Runs one; false when it failed. What it gives back as text is printed beside its name. */
  step: (name: string, run: () => Promise<string | undefined>) => Promise<boolean>;
  /** What this machine cannot show. */
  notShown: (what: string) => void;
  finish: () => { passed: number; failed: number };
};

export function countSteps(print: (line: string) => void): Steps {
  const count = { passed: 0, failed: 0 };
  const missing: string[] = [];
  return {
    async step(name, run) {
      const startedAt = Date.now();
      try {
        const remark = await run();
        count.passed += 1;
        const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
        print(`ok      ${name}${remark ? `: ${remark}` : ''} (${seconds} s)`);
        return true;
      } catch (error) {
        count.failed += 1;
        const told = error instanceof Error ? error.message : String(error);
        print(`FAILED  ${name}: ${told.replaceAll('\n', '\n        ')}`);
        return false;
      }
    },
    notShown: (what) => missing.push(what),
    finish() {
      if (missing.length > 0) print('\nNot shown here:');
      for (const what of missing) print(`- ${what}`);
      print(`\n${count.passed} passed, ${count.failed} failed`);
      return count;
    },
  };
}

/** Throws with both when they differ. */
export function expectEqual<T>(found: T, wanted: T, what: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${what}: found ${one}, wanted ${other}`);
}

export function expectMatch(found: string, wanted: RegExp, what: string): void {
  if (!wanted.test(found)) throw new Error(`${what}: ${wanted} not in:\n${found.trim().slice(-1500)}`);
}
