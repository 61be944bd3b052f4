import { useTexts } from '../../i18n/I18n.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';

export function OverviewPage() {
  const { shell } = useTexts();
  return <PageHeader title={shell.nav.overview} />;
}
