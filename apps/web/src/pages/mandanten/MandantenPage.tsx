export function MandantenPage() {
  return null;
}
