export { type Mandant, readMandant } from './get.ts';
export { mandantenRoutes } from './routes.ts';
