export { datevRuntime, writeTechnicalLog } from './datevRuntime.ts';
export { type FreshToken, freshAccessToken } from './freshAccessToken.ts';
export { datevCallMs, leaseMs, underLease } from './lease.ts';
export { type LossReason, loseGrant, openFirm, recordLoss } from './loseGrant.ts';
export { noteAcceptedToken, noteRefusedToken } from './refusedToken.ts';
export { queueRevocation, revokeGrant, revokeTokens } from './revokeGrant.ts';
export { accessMarginMs, openAccessToken, sealTokens, sealUnrevoked } from './tokens.ts';
