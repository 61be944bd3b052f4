export { type Mandant, readMandant } from './get.ts';
export { restrictMandant } from './restrict.ts';
export { mandantenRoutes } from './routes.ts';
export { setAssignments } from './setAssignments.ts';
