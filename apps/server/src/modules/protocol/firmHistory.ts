import type { Id } from '@bruecke/model';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { type HistoryPage, readHistoryPage } from './readPage.ts';

/** Protokoll of a firm for its admins, newest first. */
export function readFirmHistory(ctx: Ctx, input: { firmId: Id; cursor?: string; kind?: string }): Promise<HistoryPage> {
  return inFirm(ctx, input.firmId, 'admin', (tx) => readHistoryPage(tx, { class: 'firm', id: input.firmId }, input));
}
