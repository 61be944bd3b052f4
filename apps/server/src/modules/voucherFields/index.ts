export { type ChangeableColumns, columnNames, writeChange } from './writeChange.ts';
