export {
  cancelJob,
  defineJob,
  type EnqueueOptions,
  enqueueJob,
  handleJob,
  type Job,
  type JobContext,
  type JobHandler,
  type JobOutcome,
} from './defineJob.ts';
export { pauseBefore, RETRIES, type RetryKind } from './retries.ts';
export type { JobEvent } from './runJob.ts';
export type { Schedule } from './schedules.ts';
export { startWorker, type Worker, type WorkerOptions } from './worker.ts';
