import { Type as T } from '@sinclair/typebox';
import type { Services } from '../../context.ts';
import { defineJob, enqueueJob, handleJob, type JobHandler, type Schedule } from '../../jobs/index.ts';
import { revokeGrant } from '../grants/index.ts';
import { readDatevSettings } from '../instance/index.ts';
import { clearSignIn, findExpiredSignIns } from './abandonSignIn.ts';
import { findUnchecked, weeklyCheck } from './weeklyCheck.ts';

const id = T.String({ minLength: 36, maxLength: 36 });
const revokeGrantJob = defineJob(
  'revokeGrant',
  T.Object({ mandantId: id, grantId: id }, { additionalProperties: false }),
);
const weeklyCheckJob = defineJob(
  'weeklyCheck',
  T.Object({ mandantId: id, connectionId: id }, { additionalProperties: false }),
);
const findUncheckedJob = defineJob('findUncheckedConnections', T.Object({}, { additionalProperties: false }));
const sweepSignInsJob = defineJob('sweepSignIns', T.Object({}, { additionalProperties: false }));

export function connectionHandlers(services: Services): JobHandler[] {
  return [
    handleJob(revokeGrantJob, async (payload) => {
      const settings = await services.withTenant({ as: 'job', mandantId: payload.mandantId }, (tx) =>
        readDatevSettings(tx, services),
      );
      await revokeGrant(services, settings, payload);
    }),
    handleJob(sweepSignInsJob, async () => {
      for (const expired of await findExpiredSignIns(services)) await clearSignIn(services, expired);
    }),
    handleJob(findUncheckedJob, async () => {
      const found = await findUnchecked(services);
      await services.withRole('dispatcher', async (tx) => {
        for (const one of found) await enqueueJob(tx, weeklyCheckJob, one, { key: `weeklyCheck:${one.connectionId}` });
      });
    }),
    handleJob(weeklyCheckJob, async (payload) => {
      await weeklyCheck(services, payload);
    }),
  ];
}

export const connectionSchedules: Schedule[] = [
  { job: sweepSignInsJob, every: 60_000 },
  { job: findUncheckedJob, every: 3_600_000 },
];
