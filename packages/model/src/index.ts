export * from './connectionState.ts';
export * from './datevNumbers.ts';
export * from './deliveryTable.ts';
export * from './errorCodes.ts';
export * from './historyKinds.ts';
export * from './ids.ts';
export * from './rights.ts';
export * from './voucher.ts';
