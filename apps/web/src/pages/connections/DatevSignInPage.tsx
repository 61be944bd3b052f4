export function DatevSignInPage() {
  return null;
}
