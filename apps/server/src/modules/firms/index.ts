export { createMandant } from './createMandant.ts';
export { firmsRoutes } from './routes.ts';
