import { describeCause } from '../../i18n/describeCause.ts';
import { useTexts } from '../../i18n/I18n.tsx';
import { StateBadge, type Tone } from '../../ui/StateBadge.tsx';
import type { Connection } from './answers.ts';
import './findings.css';

type Finding = Connection['findings'][number];

const tones: Record<Finding['severity'], Tone> = { ok: 'ok', warning: 'warn', blocking: 'bad' };

/** What the doctor found: what, why it matters, who must do what where. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  const texts = useTexts();
  const { findings: words } = texts.connections;
  const { labels } = texts.causes;
  if (findings.length === 0) return null;
  return (
    <ul className="findings" aria-label={words.title}>
      {findings.map((finding) => {
        const { what, why, next, who } = describeCause(finding.code, texts);
        return (
          <li key={finding.code}>
            <StateBadge tone={tones[finding.severity]} plain>
              {words.severity[finding.severity]}
            </StateBadge>
            <div>
              <strong>{what}</strong> {why}
              <p>{next}</p>
              <p className="small quiet">
                {labels.who}: {who}
              </p>
              {finding.detail && !isDay(finding.detail) && <p className="small quiet">{labels.code(finding.detail)}</p>}
              {finding.helpUrl && (
                <a href={finding.helpUrl} target="_blank" rel="noreferrer">
                  {labels.help}
                </a>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

/** The day that a missing Wirtschaftsjahr should cover: the sentence says "heute" already. */
const isDay = (detail: string) => /^\d{4}-\d{2}-\d{2}$/.test(detail);
