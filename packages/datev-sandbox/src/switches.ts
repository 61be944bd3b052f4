/** Readings of DATEV that only a live test can settle (cloud.md part G), and looseness; every one is a switch. */
export type Switches = {
  /** What "the same file" means for DCO01253. Default `name+type`. */
  duplicateRule: 'name+type' | 'name+type+bytes';
  /** Which of the two checks answers first when both apply: 409 DCO01012 (`guid`) or 400 DCO01253 (`duplicate`). */
  checkOrder: 'guid-first' | 'duplicate-first';
  /** The GUID version that passes DCO01234. DATEV's text names 2, its samples and vendors use 4. */
  guidVersion: 2 | 4;
  /** Answer to an upload when the client has no stock: 400 DCO01019 or a bare 404. */
  missingStock: 'DCO01019' | '404';
  /** accounting:documents' answer to the list for a person without any client. */
  emptyClientList: 403 | 404;
  /**
   * How numbers, booleans and dates are written: as the schema says, as DATEV's examples show (`"true"`, `"4"`, timestamps),
   * or alternating from answer to answer. Default `mixed`.
   */
  typing: 'schema' | 'examples' | 'mixed';
  /** Token answers carry `refresh_token_expires_in`. */
  refreshExpiresIn: boolean;
  /** Each use of a long-term token starts its two years anew (vendors say so, DATEV's page does not). */
  longTermSlides: boolean;
};

export const DEFAULT_SWITCHES: Switches = {
  duplicateRule: 'name+type',
  checkOrder: 'guid-first',
  guidVersion: 4,
  missingStock: 'DCO01019',
  emptyClientList: 404,
  typing: 'mixed',
  refreshExpiresIn: true,
  longTermSlides: false,
};
