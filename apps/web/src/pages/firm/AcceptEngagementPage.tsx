export function AcceptEngagementPage() {
  return null;
}
