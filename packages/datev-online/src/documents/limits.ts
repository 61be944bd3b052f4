/** Limits of accounting:documents (cloud.md B.2). Lengths in characters, sizes in bytes. */
export const documentLimits = {
  /** DATEV says "20 MB" and not which; this is the larger reading, so nothing is refused here that DATEV might take. */
  fileBytes: 20 * 1024 * 1024,
  /** Above this the person should be told (D-08). */
  adviceBytes: 500 * 1000,
  fileName: 255,
  documentType: 30,
  note: 255,
  category: 30,
  folder: 30,
  register: 30,
  stapledFiles: 10,
} as const;
