export { asOperator } from './asOperator.ts';
export { type FirmSide, readFirmSide } from './firmSide.ts';
export { inFirm } from './inFirm.ts';
export { type AccessRow, inMandant, lookAt, rightsOf, type Seen } from './inMandant.ts';
export { lockLinks, shareMandantLinks } from './lockLinks.ts';
export { lockFirm, lockMandant } from './lockMandant.ts';
export { togetherInMandant } from './togetherInMandant.ts';
