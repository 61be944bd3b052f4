export function VouchersEntryPage() {
  return null;
}
