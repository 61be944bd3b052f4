import { api } from '@bruecke/contract';
import { addressOf } from '../../api/call.ts';
import { useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { ItemList } from '../../ui/ItemList.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Skeleton } from '../../ui/States.tsx';
import type { Installer } from './answers.ts';
import './connectors.css';

/** The installers that lie on this server, with what a person needs to check them. */
export function Installers({ firmId }: { firmId: string }) {
  const { texts } = useI18n();
  const { setUp } = texts.connectors;
  const list = useAsk(api.connectors.listInstallers, { params: { firmId } });
  return (
    <div className="stack-tight">
      <h3>{setUp.installers}</h3>
      <Loaded query={list} waiting={<Skeleton lines={2} />}>
        {({ installers }) =>
          installers.length === 0 ? (
            <Banner tone="warn" title={setUp.noInstallers}>
              {setUp.noInstallersNext}
            </Banner>
          ) : (
            <Offered firmId={firmId} installers={installers} />
          )
        }
      </Loaded>
    </div>
  );
}

function Offered({ firmId, installers }: { firmId: string; installers: readonly Installer[] }) {
  const { texts, format } = useI18n();
  const { setUp } = texts.connectors;
  const warned = installers.filter((each) => each.system === 'windows' && !each.signed);
  return (
    <>
      <ItemList
        label={setUp.installers}
        items={installers.map((each) => ({
          id: each.name,
          title: setUp.kinds[each.system],
          meta: (
            <>
              {[each.name, format.bytes(each.size), each.signed ? setUp.signed : setUp.unsigned].join(' · ')}
              <span className="checksum">
                {setUp.checksum} <code>{each.sha256}</code>
              </span>
            </>
          ),
          actions: (
            <a
              className="button button-secondary"
              href={addressOf(api.connectors.downloadInstaller, { params: { firmId, name: each.name } })}
              download={each.name}
              aria-label={setUp.loadLabel(each.name)}
            >
              <Icon name="download" size={17} />
              {setUp.load}
            </a>
          ),
        }))}
      />
      {warned.length > 0 && (
        <p className="small quiet">{setUp.unsignedText(format.list(warned.map((each) => each.name)))}</p>
      )}
    </>
  );
}
