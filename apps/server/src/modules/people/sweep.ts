import { Type } from '@sinclair/typebox';
import type { Services } from '../../context.ts';
import { defineJob, handleJob, type JobHandler, type Schedule } from '../../jobs/index.ts';

const hour = 3_600_000;
const day = 24 * hour;

const sweepJob = defineJob('people.sweep', Type.Object({}, { additionalProperties: false }));

export const peopleSchedules: Schedule[] = [{ job: sweepJob, every: hour, offset: 7 * 60_000 }];

export function peopleHandlers(services: Services): JobHandler[] {
  return [handleJob(sweepJob, () => sweepPeople(services))];
}

/** Removes what is over: challenges, counts, ended sessions (kept a month, with address and browser) and spent reset links. */
export async function sweepPeople(services: Services): Promise<void> {
  const now = services.now();
  const before = (milliseconds: number) => new Date(now.getTime() - milliseconds);
  await services.withRole('auth', async (tx) => {
    await tx.deleteFrom('passkey_challenges').where('expires_at', '<', now).execute();
    await tx.deleteFrom('rate_limits').where('window_start', '<', before(day)).execute();
    await tx.deleteFrom('sign_in_attempts').where('last_at', '<', before(day)).execute();
    await tx
      .deleteFrom('sessions')
      .where((has) => has.or([has('ended_at', '<', before(30 * day)), has('expires_at', '<', before(30 * day))]))
      .execute();
    await tx
      .deleteFrom('invitations')
      .where('kind', 'in', ['passwordReset', 'setup'])
      .where('expires_at', '<', before(30 * day))
      .execute();
  });
}
