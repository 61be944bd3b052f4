/** A fiscal year of one client. */
export interface YearKey {
  /** The client's central GUID, the same as in master data. */
  readonly clientId: string;
  /** The year's first day as `YYYYMMDD`. */
  readonly fiscalYearId: string;
}
