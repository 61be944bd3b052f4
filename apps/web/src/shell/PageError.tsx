import { Link } from '@tanstack/react-router';
import { errorWords } from '../api/problem.ts';
import { useI18n, useTexts } from '../i18n/I18n.tsx';
import { paths } from '../paths.ts';
import { Button } from '../ui/Button.tsx';
import { EmptyState, ErrorState } from '../ui/States.tsx';

export function NotFoundPage() {
  const { notFound } = useTexts().basics;
  return (
    <EmptyState
      wholePage
      icon="search"
      title={notFound.title}
      actions={<Link to={paths.overview}>{notFound.home}</Link>}
    >
      {notFound.text}
    </EmptyState>
  );
}

/** A mistake in the program, or a part of it that could not be loaded (new version installed meanwhile). */
export function PageError({ error }: { error: unknown }) {
  const { language, texts } = useI18n();
  const { problem } = texts.basics;
  return (
    <ErrorState
      title={problem.page}
      words={errorWords(error, language, texts)}
      actions={<Button onPress={() => window.location.reload()}>{problem.reload}</Button>}
    />
  );
}
