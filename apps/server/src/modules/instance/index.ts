export { readDatevSettings } from './datevSettings.ts';
export type { InstanceFacts } from './facts.ts';
export { instanceRoutes } from './routes.ts';
export { sealAnew } from './sealAnew.ts';
export { setDatevSettings } from './setDatevSettings.ts';
export { instanceHandlers, instanceSchedules } from './sweepTechnicalLog.ts';
