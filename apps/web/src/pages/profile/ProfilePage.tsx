import { api } from '@bruecke/contract';
import { useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { ApiKeysCard } from './ApiKeysCard.tsx';
import { PasskeysCard } from './PasskeysCard.tsx';
import { PasswordCard } from './PasswordCard.tsx';
import { PersonCard } from './PersonCard.tsx';
import { SessionsCard } from './SessionsCard.tsx';
import { TotpCard } from './TotpCard.tsx';

/** Own name and language, ways to sign in, where one is signed in, keys for programs. */
export function ProfilePage() {
  const { profile } = useTexts();
  const own = useAsk(api.profile.get, {});
  return (
    <div className="page">
      <PageHeader title={profile.title} meta={own.data?.email} />
      <Loaded query={own}>
        {(data) => (
          <div className="stack">
            <PersonCard profile={data} />
            <PasswordCard profile={data} />
            <TotpCard profile={data} />
            <PasskeysCard profile={data} />
            <SessionsCard profile={data} />
            <ApiKeysCard profile={data} />
          </div>
        )}
      </Loaded>
    </div>
  );
}
