export { asOperator } from './asOperator.ts';
export { type FirmSide, readFirmSide } from './firmSide.ts';
export { inFirm } from './inFirm.ts';
export { inMandant, lookAt, type Seen } from './inMandant.ts';
export { lockLinks } from './lockLinks.ts';
export { togetherInMandant } from './togetherInMandant.ts';
