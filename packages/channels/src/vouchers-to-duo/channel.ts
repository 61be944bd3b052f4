export { chooseDocumentType, type DocumentTypeChoice, type StockDocumentType } from './documentType.ts';
export { anotherNameForDatev, extensionFor, fileNameForDatev, shortIdFrom } from './fileName.ts';
export {
  type ArrivalRemark,
  type AskCause,
  type ConnectionCause,
  connectionStateOf,
  deliveryEventOf,
  type InterpretInput,
  interpret,
  type Outcome,
  type RefusalCause,
  type SentDocument,
} from './outcome.ts';
export {
  type DatasetFacts,
  type Finding,
  type FindingCode,
  type Preflight,
  type PreflightInput,
  preflight,
} from './preflight.ts';
export { type ChannelSession, cut, type SendInput, send } from './send.ts';
