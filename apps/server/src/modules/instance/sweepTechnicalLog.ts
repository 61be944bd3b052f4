import { Type } from '@sinclair/typebox';
import type { Services } from '../../context.ts';
import { defineJob, handleJob, type JobHandler, type Schedule } from '../../jobs/index.ts';

const hour = 3_600_000;
/** Requirement G-30 asks for at least 14 days; what is older says too much about people's work to be kept. */
const keptMs = 14 * 24 * hour;

const sweepJob = defineJob('instance.sweepTechnicalLog', Type.Object({}, { additionalProperties: false }));

export const instanceSchedules: Schedule[] = [{ job: sweepJob, every: hour, offset: 23 * 60_000 }];

export function instanceHandlers(services: Services): JobHandler[] {
  return [handleJob(sweepJob, () => sweepTechnicalLog(services))];
}

export async function sweepTechnicalLog(services: Services): Promise<void> {
  const oldest = new Date(services.now().getTime() - keptMs);
  await services.withRole('dispatcher', (tx) => tx.deleteFrom('technical_log').where('at', '<', oldest).execute());
}
