export function FirmHistoryPage() {
  return null;
}
