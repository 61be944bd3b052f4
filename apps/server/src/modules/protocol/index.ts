export { type HistoryPage, readHistoryPage } from './readPage.ts';
export { protocolRoutes } from './routes.ts';
