import { Type as T } from '@sinclair/typebox';
import type { Services } from '../../context.ts';
import { defineJob, handleJob, type JobHandler, type Schedule } from '../../jobs/index.ts';
import { revokeGrant } from '../grants/index.ts';
import { readDatevSettings } from '../instance/index.ts';
import { clearSignIn, findExpiredSignIns } from './abandonSignIn.ts';

const id = T.String({ minLength: 36, maxLength: 36 });
const revokeGrantJob = defineJob(
  'revokeGrant',
  T.Object({ mandantId: id, grantId: id }, { additionalProperties: false }),
);
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
  ];
}

export const connectionSchedules: Schedule[] = [{ job: sweepSignInsJob, every: 60_000 }];
