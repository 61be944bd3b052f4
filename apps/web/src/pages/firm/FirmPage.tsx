export function FirmPage() {
  return null;
}
