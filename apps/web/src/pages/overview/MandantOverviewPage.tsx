export function MandantOverviewPage() {
  return null;
}
