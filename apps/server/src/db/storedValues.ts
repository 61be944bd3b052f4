// What stands in columns of several tables as JSON.

/** Who did something, as stored beside it: ids only, names are looked up when shown. */
export type StoredActor =
  | { type: 'user'; id: string }
  | { type: 'apiKey'; id: string; userId: string }
  | { type: 'rule'; name: string }
  | { type: 'system' };

export type StoredCause = {
  code: string;
  status?: number | null;
  helpUrl?: string | null;
  requestId?: string | null;
  detail?: string | null;
};
/** What went out with an attempt of a delivery. */
export type StoredSent = { documentType: string | null; fileName: string };
export type StoredDocumentType = { name: string; category: string; debitCredit: string | null };
/** What DATEV says about a dataset, as last read. */
export type StoredDataset = {
  documentTypes?: StoredDocumentType[];
  allowedExtensions?: string[];
  belegeOnline?: boolean | null;
};
/** A dataset that a sign-in at DATEV reaches; `clientId` stays on the server. */
export type StoredReachableDataset = {
  clientId: string;
  companyName: string;
  consultantNumber: number;
  mandantNumber: number;
};
export type StoredFinding = {
  code: string;
  severity: 'ok' | 'warning' | 'blocking';
  helpUrl: string | null;
  detail: string | null;
};
