export { readVoucher } from './get.ts';
export { type HandIn, handIn } from './handIn.ts';
export { type InspectorOptions, inspectWaiting, startInspector } from './inspector.ts';
export { vouchersRoutes } from './routes.ts';
export { settledOf } from './rows.ts';
