export * as accountingClients from './accountingClients.ts';
export * as accountingDocuments from './accountingDocuments.ts';
export { type CallInput, technicalClientId } from './apiRequest.ts';
export type { DocumentFile } from './documents/documentFile.ts';
export type {
  ClientBasics,
  ClientSummary,
  DocumentCategory,
  DocumentType,
  DuoVersion,
  FiscalYear,
} from './documents/reads.ts';
export {
  type DocumentMetadata,
  normaliseGuid,
  type UploadedDocument,
  type UploadedFile,
} from './documents/uploads.ts';
export { type ErrorCode, errorCodes, type Handling, handlingOf, lookUpErrorCode } from './errorCodes.ts';
export { type Exchange, recordExchanges } from './exchanges.ts';
export { type Answer, type DatevFailure, EXCERPT_LIMIT, type FailureKind, failure, type Trace } from './failure.ts';
export {
  type AuthorizationInput,
  requestedScopes,
  type StartedAuthorization,
  startAuthorization,
  type TokenMode,
} from './login/authorization.ts';
export { discover } from './login/discovery.ts';
export { createDiscoveryCache, type DiscoveryCache, type LoginServer } from './login/loginServer.ts';
export {
  type CallbackInput,
  checkCallback,
  computedEnd,
  type Redeemed,
  type RedeemInput,
  type RefreshInput,
  type RevokeInput,
  redeemCode,
  refreshTokens,
  revokeToken,
  type SignIn,
  type Tokens,
  type UnrevokedTokens,
} from './login/tokens.ts';
export { interpretUserInfo, type UserInfo, userInfo } from './login/userInfo.ts';
export { maskSecrets } from './masking.ts';
export type { DatevRuntime, HttpFetch } from './runtime.ts';
export {
  checkSettings,
  type DatevOnlineSettings,
  defaultScopes,
  isAllowedProtocol,
  isProductionRedirect,
  type SettingsProblem,
} from './settings.ts';
