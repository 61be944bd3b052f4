export { clearSignIn, findExpiredSignIns } from './abandonSignIn.ts';
export { chooseDataset } from './chooseDataset.ts';
export { completeSignIn } from './completeSignIn.ts';
export { getSignIn } from './getSignIn.ts';
export { connectionHandlers, connectionSchedules } from './jobs.ts';
export { connectionRoutes } from './routes.ts';
export { startSignIn } from './startSignIn.ts';
export { switchConnection } from './switchConnection.ts';
