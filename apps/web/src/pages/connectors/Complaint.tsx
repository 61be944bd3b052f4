import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Banner } from '../../ui/Banner.tsx';
import type { ConnectorError } from './answers.ts';
import { describeComplaint } from './describeComplaint.ts';

/** The program's last complaint in words. It stays until the program says that it is over. */
export function Complaint({ error }: { error: ConnectorError }) {
  const { texts, language, format } = useI18n();
  const { complaints } = texts.connectors;
  const { now } = useSurroundings();
  const { what, next } = describeComplaint(error.code, texts, language);
  return (
    <Banner tone="warn" title={what}>
      {next}
      <span className="small quiet wrap">
        {' '}
        {error.at && `${complaints.title(format.moment(error.at, now()))}. `}
        {error.detail && complaints.detail(error.detail)}
      </span>
    </Banner>
  );
}
