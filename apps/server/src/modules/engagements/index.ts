export { engagementsRoutes } from './routes.ts';
