export { ensureSetupLink } from './ensureSetupLink.ts';
export { identifyOrTell } from './identifyOrTell.ts';
export { hashPassword } from './passwords.ts';
export { peopleRoutes } from './routes.ts';
export { beginSession } from './sessions.ts';
export { peopleHandlers, peopleSchedules } from './sweep.ts';
export { networkOf, throttle } from './throttle.ts';
