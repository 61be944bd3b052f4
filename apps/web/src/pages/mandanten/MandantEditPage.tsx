export function MandantEditPage() {
  return null;
}
