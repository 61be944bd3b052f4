import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { type HistoryPage, readHistoryPage } from './readPage.ts';

/** Protokoll of a Mandant, newest first; a firm sees it from the beginning of its own Kanzleiverbindung. */
export function readMandantHistory(
  ctx: Ctx,
  input: { mandantId: Id; cursor?: string; kind?: string },
): Promise<HistoryPage> {
  return inMandant(ctx, input.mandantId, 'read', (tx) =>
    readHistoryPage(tx, { class: 'mandant', id: input.mandantId }, input),
  );
}
