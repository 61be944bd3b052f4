import { manifest } from '@bruecke/channels/vouchers-to-duo/manifest';
import { type AcceptedMediaType, acceptedMediaTypes, type Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { documentTypesOf, findTarget } from './documentTypes.ts';

export type HandInRules = {
  maxBytes: number;
  forwardingMaxBytes: number | null;
  adviceBytes: number | null;
  mediaTypes: AcceptedMediaType[];
  documentTypes: { name: string; category: string; debitCredit: string | null }[];
  forwardsTo: { consultantNumber: number; mandantNumber: number } | null;
};

/** What to know before handing in: limits are named before a byte is sent. Limits of the target refuse forwarding only. */
export function readHandInRules(ctx: Ctx, input: { mandantId: Id }): Promise<HandInRules> {
  return inMandant(ctx, input.mandantId, 'read', async (tx) => {
    const target = await findTarget(tx, input.mandantId);
    return {
      maxBytes: ctx.settings.uploadLimitBytes,
      forwardingMaxBytes: target ? manifest.limits.fileBytes : null,
      adviceBytes: target ? manifest.limits.adviceBytes : null,
      mediaTypes: [...acceptedMediaTypes],
      documentTypes: documentTypesOf(target).map(({ name, category, debitCredit }) => ({
        name,
        category,
        debitCredit,
      })),
      forwardsTo: target?.switchedOn
        ? { consultantNumber: target.consultantNumber, mandantNumber: target.mandantNumber }
        : null,
    };
  });
}
