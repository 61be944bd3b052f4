import type { WithoutAccept } from './accept.ts';

/** What is wrong on the firm's server. */
export type OnPremState = {
  /** The DATEV program is closed: the ports refuse connections. Set by a server's `setClosed`, seen by nothing else. */
  closed: boolean;
  /** The licence dongle is gone: 503 to everything. */
  dongle: boolean;
  /** A "Verbot" in one of the user's DATEV groups: 403 without a body, before DATEV saw the call. */
  prohibited: boolean;
  /** The licence "DATEVconnect Kontobuchungen". */
  postingLicence: boolean;
  /** The licence "DATEVconnect DMS". */
  dmsLicence: boolean;
  /** A data path was not migrated: lists of clients say REW11041 and leave the last one out. */
  stalePath: boolean;
  /** GUIDs for which the user lacks the right on the stock. */
  refused: Set<string>;
  /** Before each answer. */
  delayMilliseconds: number;
  withoutAccept: WithoutAccept;
};

export const createState = (): OnPremState => ({
  closed: false,
  dongle: false,
  prohibited: false,
  postingLicence: true,
  dmsLicence: true,
  stalePath: false,
  refused: new Set(),
  delayMilliseconds: 0,
  withoutAccept: 'xml',
});
