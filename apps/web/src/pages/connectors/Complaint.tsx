import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Banner } from '../../ui/Banner.tsx';
import type { ConnectorError, ProbeFinding } from './answers.ts';
import { describeComplaint } from './describeComplaint.ts';

type Props = { error: ConnectorError; findings: readonly ProbeFinding[] };

/** The program's last complaint in words, until the program says that it is over; unless it is among the findings, which say more. */
export function Complaint({ error, findings }: Props) {
  const { texts, language, format } = useI18n();
  const { complaints } = texts.connectors;
  const { now } = useSurroundings();
  if (findings.some(({ code }) => code === error.code)) return null;
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
