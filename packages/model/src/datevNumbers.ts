/** Beraternummer: 4–7 digits, no leading zero (cloud.md B, pattern of Accounting Data Exchange). */
export const consultantNumberPattern = '^[1-9][0-9]{3,6}$';
/** Mandantennummer: 1–5 digits, no leading zero. */
export const mandantNumberPattern = '^[1-9][0-9]{0,4}$';

/** A Bestand at DATEV: the pair of numbers a user knows. Never the technical client id (requirement D-11). */
export type DatasetNumbers = { consultantNumber: number; mandantNumber: number };

/** How a Bestand is written for people, e.g. `455148 / 12`. */
export function datasetLabel(dataset: DatasetNumbers): string {
  return `${dataset.consultantNumber} / ${dataset.mandantNumber}`;
}
