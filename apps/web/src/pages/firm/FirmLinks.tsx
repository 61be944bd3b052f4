import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { SubNav } from '../../ui/SubNav.tsx';

/** The pages of the firm beside each other; for its admins, the others see only one of them. */
export function FirmLinks() {
  const { people, connectors, history } = useTexts();
  return (
    <SubNav label={people.firmTitle}>
      <Link to={paths.firm} activeOptions={{ exact: true }}>
        {people.firmData}
      </Link>
      <Link to={paths.connectors}>{connectors.title}</Link>
      <Link to={paths.firmHistory}>{history.title}</Link>
    </SubNav>
  );
}
