export { firmsRoutes } from './routes.ts';
