import { Link } from '@tanstack/react-router';
import { errorWords, isRefusal } from '../api/problem.ts';
import { useI18n } from '../i18n/I18n.tsx';
import { paths } from '../paths.ts';
import { Banner } from './Banner.tsx';
import { Button } from './Button.tsx';
import { ErrorState, NoRightState } from './States.tsx';

/** An error beside what caused it: in a form, a dialog, a card. */
export function ProblemBanner({ error }: { error: unknown }) {
  const { language, texts } = useI18n();
  const words = errorWords(error, language, texts);
  return (
    <Banner tone="bad" title={words.what}>
      {[words.why, words.next, words.who && `${texts.basics.problem.who} ${words.who}.`].filter(Boolean).join(' ')}
      {words.reference && <span className="small num"> {texts.basics.problem.reference(words.reference)}</span>}
    </Banner>
  );
}

/** An error in place of a page or a part of it. */
export function ProblemPage({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { language, texts } = useI18n();
  if (isRefusal(error, 'not_found', 'right_missing'))
    return <NoRightState actions={<Link to={paths.overview}>{texts.basics.notFound.home}</Link>} />;
  return (
    <ErrorState
      words={errorWords(error, language, texts)}
      actions={onRetry && <Button onPress={onRetry}>{texts.basics.retry}</Button>}
    />
  );
}
