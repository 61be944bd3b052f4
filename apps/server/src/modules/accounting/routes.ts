import { api } from '@bruecke/contract';
import { type Route, route } from '../../http/route.ts';
import { changeSettings } from './changeSettings.ts';
import { exportAccount, exportBwa, exportJournal, exportOpenItems, exportSums } from './export/exportFigures.ts';
import { showAccount } from './read/accountSheet.ts';
import { showBwa } from './read/bwa.ts';
import { showCharts } from './read/charts.ts';
import { showJournal } from './read/journal.ts';
import { showOpenItems } from './read/openItems.ts';
import { showPostingsOfVoucher } from './read/postingsOfVoucher.ts';
import { showState } from './read/state.ts';
import { showSums } from './read/sums.ts';
import { listYears } from './read/years.ts';
import { refreshFigures } from './refreshFigures.ts';

export const accountingRoutes: Route[] = [
  route(api.figures.state, ({ ctx, params }) => showState(ctx, params)),
  route(api.figures.refresh, ({ ctx, params }) => refreshFigures(ctx, params)),
  route(api.figures.changeSettings, ({ ctx, params, body }) => changeSettings(ctx, { ...params, ...body })),
  route(api.figures.years, ({ ctx, params }) => listYears(ctx, params)),
  route(api.figures.bwa, ({ ctx, params, query }) => showBwa(ctx, { ...params, ...query })),
  route(api.figures.sums, ({ ctx, params, query }) => showSums(ctx, { ...params, ...query })),
  route(api.figures.account, ({ ctx, params, query }) => showAccount(ctx, { ...params, ...query })),
  route(api.figures.journal, ({ ctx, params, query }) => showJournal(ctx, { ...params, ...query })),
  route(api.figures.openItems, ({ ctx, params, query }) => showOpenItems(ctx, { ...params, ...query })),
  route(api.figures.charts, ({ ctx, params }) => showCharts(ctx, params)),
  route(api.figures.postingsOfVoucher, ({ ctx, params }) => showPostingsOfVoucher(ctx, params)),
  route(api.figures.exportBwa, ({ ctx, params, query }) => exportBwa(ctx, { ...params, ...query })),
  route(api.figures.exportSums, ({ ctx, params, query }) => exportSums(ctx, { ...params, ...query })),
  route(api.figures.exportAccount, ({ ctx, params, query }) => exportAccount(ctx, { ...params, ...query })),
  route(api.figures.exportJournal, ({ ctx, params, query }) => exportJournal(ctx, { ...params, ...query })),
  route(api.figures.exportOpenItems, ({ ctx, params, query }) => exportOpenItems(ctx, { ...params, ...query })),
];
