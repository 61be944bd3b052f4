export type { ArrivedFilter, Control, SessionFilter, SessionInfo } from './control/control.ts';
export { DOCUMENT_CODES } from './documents/errors.ts';
export type { ActiveFault, BodyShape, Fault, FaultEffect } from './fault.ts';
export { type Folder, openFolder } from './folder.ts';
export { linesOf } from './onprem/books/lines.ts';
export { balancesOf } from './onprem/books/sums.ts';
export type { Books, BooksOptions, Entry, Item, Line, Year } from './onprem/books/types.ts';
export {
  createOnPremSandbox,
  type OnPremControl,
  type OnPremSandbox,
  type OnPremSandboxOptions,
} from './onprem/sandbox.ts';
export { type OnPremServer, serveOnPrem } from './onprem/serve.ts';
export { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
export { seedWorld, type WorldSize } from './seed-world.ts';
export { type SandboxServer, type ServeOptions, serve } from './serve.ts';
export { type DatevSettings, IN_PROCESS_ORIGIN, sandboxSettings } from './settings.ts';
export type { ArrivedDocument, ArrivedFile, CallRecord, Session, Snapshot } from './state.ts';
export { DEFAULT_SWITCHES, type Switches } from './switches.ts';
export {
  type App,
  clientIdOf,
  type DocumentCategory,
  type DocumentType,
  type FiscalYear,
  type Medium,
  type Person,
  type Right,
  type SandboxClient,
  type ServiceName,
  SPECIAL_DOCUMENT_TYPES,
  sandboxClient,
  USUAL_DOCUMENT_TYPES,
  type World,
} from './world.ts';
