import { beforeAll, expect, test } from 'vitest';
import { SCENARIOS } from './all.ts';
import type { Stage } from './kit.ts';
import { prepareStage } from './stage.ts';

let stage: Stage;
let fresh: () => void;

beforeAll(async () => {
  ({ stage, fresh } = await prepareStage());
});

test.each(SCENARIOS)('$operation: $name → $status $code', async ({ run, status, code }) => {
  fresh();
  const response = await run(stage);
  const text = await response.text();
  expect(`${response.status} ${codeOf(text)}`).toBe(`${status} ${code ?? ''}`);
});

/** DATEV's code in an error body, whichever of its shapes it has. */
function codeOf(text: string): string {
  return (
    /"error":"#(DCO\d+)"/.exec(text)?.[1] ?? /"type":"http:\/\/www\.datev\.de\/hilfe\/(\d+)"/.exec(text)?.[1] ?? ''
  );
}
