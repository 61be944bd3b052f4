import type { HistoryEntry } from '@bruecke/contract';
import { useI18n } from '../../i18n/I18n.tsx';
import type { Language } from '../../i18n/language.ts';
import { type Facts, factsOf } from './facts.ts';
import { sentencesDe } from './sentencesDe.ts';
import { sentencesEn } from './sentencesEn.ts';

type Props = {
  entry: HistoryEntry;
  /** In the chain of a firm: the Mandant an entry is about, where the sentence does not name it. */
  namesMandant: boolean;
};

/** One entry: when, and a sentence with who and what; its place in the chain stands beside it, small. */
export function HistoryLine({ entry, namesMandant }: Props) {
  const { texts, format, language } = useI18n();
  const { history } = texts;
  const words = sentence(entry, language, actorWords(entry, history.by));
  const { mandant } = namesMandant && !words.includes(entry.names['mandant'] ?? '') ? entry.names : {};
  return (
    <li className="history-line">
      <time className="num quiet" dateTime={entry.at}>
        {format.time(entry.at)}
      </time>
      <p className="history-what">
        {words}
        {mandant && <span className="history-mandant">{mandant}</span>}
      </p>
      <span className="history-seal num" title={entry.hash ?? history.sealing}>
        {entry.seq === null ? (
          history.sealing
        ) : (
          <>
            {history.seal(format.number(entry.seq))}
            {entry.hash && <code>{entry.hash.slice(0, 8)}</code>}
          </>
        )}
      </span>
    </li>
  );
}

/** A server newer than this page may write kinds that it does not know yet. */
function sentence(entry: HistoryEntry, language: Language, who: string): string {
  const sentences: Partial<Record<string, (facts: Facts) => string>> = language === 'de' ? sentencesDe : sentencesEn;
  return sentences[entry.kind]?.(factsOf(entry, who)) ?? `${who}: ${entry.kind}`;
}

type Words = ReturnType<typeof useI18n>['texts']['history']['by'];

/** A person who was forgotten keeps the act but not the name. */
function actorWords({ actor }: HistoryEntry, words: Words): string {
  if (actor.kind === 'system' || actor.kind === 'rule') return words.system;
  const name = actor.name ?? (actor.id === null ? words.person : words.forgotten);
  return actor.kind === 'apiKey' ? `${name} (${words.apiKey})` : name;
}
