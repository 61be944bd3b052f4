import { parseArgs } from 'node:util';
import { serveTestDatabases } from '../src/db/testDatabase.ts';
import { plantedBugs } from './faultyRun.ts';
import { complaints, report, simulateDeliveries } from './simulate.ts';

const { values } = parseArgs({
  options: { deliveries: { type: 'string', default: '100000' }, seed: { type: 'string' }, bug: { type: 'string' } },
});
const bug = plantedBugs.find((name) => name === values.bug) ?? null;
if (values.bug && !bug) throw new Error(`planted bugs: ${plantedBugs.join(', ')}`);
const end = await serveTestDatabases();
try {
  const seed = values.seed ?? String(Date.now());
  const result = await simulateDeliveries({
    seed,
    deliveries: Number(values.deliveries),
    bug,
    log: (line) => console.log(line),
  });
  const wrong = complaints(result);
  for (const line of wrong) console.log(`RED: ${line}`);
  if (wrong.length > 0)
    console.log(
      `to see it again: npm run simulate -- --deliveries ${values.deliveries} --seed ${seed}${bug ? ` --bug ${bug}` : ''}`,
    );
  console.log(report(result));
  process.exitCode = wrong.length > 0 ? 1 : 0;
} finally {
  await end();
}
