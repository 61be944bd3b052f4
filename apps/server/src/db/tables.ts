import type { AccountingTables } from './accountingTables.ts';
import type { ConnectionTables } from './connectionTables.ts';
import type { ConnectorTables } from './connectorTables.ts';
import type { FirmTables } from './firmTables.ts';
import type { FoundationTables } from './foundationTables.ts';
import type { PeopleTables } from './peopleTables.ts';
import type { VoucherTables } from './voucherTables.ts';

/** Every table as kysely sees it. */
export interface Database
  extends FoundationTables,
    PeopleTables,
    FirmTables,
    ConnectionTables,
    ConnectorTables,
    VoucherTables,
    AccountingTables {}
