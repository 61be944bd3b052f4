export { ensureSetupLink } from './ensureSetupLink.ts';
export { identify } from './identify.ts';
export { peopleRoutes } from './routes.ts';
export { peopleHandlers, peopleSchedules } from './sweep.ts';
