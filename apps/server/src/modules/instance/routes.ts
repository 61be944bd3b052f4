import { api } from '@bruecke/contract';
import { exportVerifyKey, formatFingerprint } from '@bruecke/proof';
import { asOperator } from '../../access/index.ts';
import { type Route, route } from '../../http/route.ts';
import { readHistoryPage } from '../protocol/index.ts';
import { createFirm } from './createFirm.ts';
import type { InstanceFacts } from './facts.ts';
import { getDatevSettings } from './getDatevSettings.ts';
import { listFirms } from './listFirms.ts';
import { readMails } from './readMails.ts';
import { readStatus } from './readStatus.ts';
import { readTechnicalLog } from './readTechnicalLog.ts';
import { setDatevSettings } from './setDatevSettings.ts';

const { operator, instance } = api;

/** The operator's pages and the receipt keys. `facts`: what this process knows about itself. */
export function instanceRoutes(facts: InstanceFacts): Route[] {
  const keys = facts.receiptKeys.map((key) => ({
    keyId: key.keyId,
    fingerprint: formatFingerprint(key.fingerprint),
    pem: exportVerifyKey(key),
  }));
  return [
    route(operator.status, ({ ctx }) => readStatus(ctx, facts)),
    route(operator.getDatevSettings, ({ ctx }) => getDatevSettings(ctx)),
    route(operator.setDatevSettings, ({ ctx, body }) => setDatevSettings(ctx, body)),
    route(operator.technicalLog, ({ ctx, query }) => readTechnicalLog(ctx, query)),
    route(operator.mails, ({ ctx, query }) => readMails(ctx, query)),
    route(operator.createFirm, ({ ctx, body }) => createFirm(ctx, body)),
    route(operator.firms, ({ ctx }) => listFirms(ctx)),
    route(operator.history, ({ ctx, query }) =>
      asOperator(ctx, (tx) => readHistoryPage(tx, { class: 'instance' }, query)),
    ),
    route(instance.receiptKey, async () => ({ keys })),
    // The border hands event streams to its hub and never calls these two.
    route(instance.liveOfMandant, async () => undefined),
    route(instance.liveOfFirm, async () => undefined),
  ];
}
