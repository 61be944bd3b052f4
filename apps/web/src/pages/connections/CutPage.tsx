export function CutPage() {
  return null;
}
