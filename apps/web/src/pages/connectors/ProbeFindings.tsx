import { manifest } from '@bruecke/channels/figures-from-datevconnect/manifest';
import { useI18n } from '../../i18n/I18n.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import type { ProbeFinding } from './answers.ts';
import '../connections/findings.css';

/** What the probe found that is not in order: what, why, who has to do what. The sentences are the channel's own, as on the machine. */
export function ProbeFindings({ findings }: { findings: readonly ProbeFinding[] }) {
  const { texts, language } = useI18n();
  const { findings: words } = texts.connectors;
  const troubles = troublesOf(findings);
  if (troubles.length === 0) return null;
  return (
    <ul className="findings" aria-label={words.title}>
      {troubles.map(({ code, severity, detail }) => {
        const { title, cause, remedy } = manifest.findings[code];
        return (
          <li key={code}>
            <StateBadge tone={severity === 'blocking' ? 'bad' : 'warn'} plain>
              {severity === 'blocking' ? words.severity.blocking : words.severity.warning}
            </StateBadge>
            <div>
              <strong>{title[language]}.</strong> {cause[language]}
              <p>
                <strong>{words.remedy}</strong> {remedy[language]}
              </p>
              {severity === 'blocking' && <p className="small quiet">{words.who}</p>}
              {detail && <p className="small quiet wrap">{words.code(detail)}</p>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

/** Each trouble once, however many steps of the probe ran into it. What only matters for another channel is left out. */
export function troublesOf(findings: readonly ProbeFinding[]): ProbeFinding[] {
  const seen = new Set<string>(['ok', 'dmsLicenceMissing']);
  return findings.filter(({ code }) => !seen.has(code) && seen.add(code));
}
