import type { AccountingTables } from './accountingTables.ts';
import type { FoundationTables } from './foundationTables.ts';
import type { ModuleTables } from './moduleTables.ts';

/** Every table as kysely sees it. */
export interface Database extends FoundationTables, ModuleTables, AccountingTables {}
