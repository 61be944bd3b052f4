export function MandantHistoryPage() {
  return null;
}
