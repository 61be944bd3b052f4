import { useI18n } from '../../i18n/I18n.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { Amount } from './Amount.tsx';
import type { Bwa } from './answers.ts';

/** By double entry the result is what all other balances changed by: whatever the form says, the two must agree. */
export function BwaCheck({ bwa }: { bwa: Bwa }) {
  const { texts, language } = useI18n();
  const { bwa: words } = texts.figures;
  const { result, balanceSheet, difference } = bwa.check;
  const isRight = difference === 0;
  return (
    <footer className="bwa-foot small">
      <section className="bwa-check" aria-label={words.check}>
        <StateBadge tone={isRight ? 'ok' : 'bad'} plain>
          {isRight ? words.checkRight : words.checkWrong}
        </StateBadge>
        <dl>
          <div>
            <dt>{bwa.unassigned.accounts.length > 0 ? words.checkResultAll : words.checkResult}</dt>
            <dd>
              <Amount cents={result} />
            </dd>
          </div>
          <div>
            <dt>{words.checkBalances}</dt>
            <dd>
              <Amount cents={balanceSheet} />
            </dd>
          </div>
          <div>
            <dt>{words.checkDifference}</dt>
            <dd>
              <Amount cents={difference} />
            </dd>
          </div>
        </dl>
      </section>
      <p className="quiet">
        {words.preliminary} {bwa.source && `${words.source}: ${bwa.source[language]}`}
      </p>
    </footer>
  );
}
