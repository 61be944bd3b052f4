import { useTexts } from '../../../i18n/I18n.tsx';
import type { Mandant } from '../../../session/mandant.ts';
import { Icon } from '../../../ui/Icon.tsx';
import './datevconnect.css';

type Client = { name: string; consultantNumber: number; mandantNumber: number };

/** What stands in Brücke beside what stands at DATEV; where they differ, an icon says it as well as the colour. */
export function CompareNumbers({ mandant, client }: { mandant: Mandant; client: Client }) {
  const { clients: words } = useTexts().datevconnect;
  const here = mandant.engagement;
  const rows = [
    { term: words.rows.name, here: mandant.name, there: client.name, differs: false },
    ...(['consultantNumber', 'mandantNumber'] as const).map((key) => ({
      term: key === 'consultantNumber' ? words.rows.consultant : words.rows.mandant,
      here: here ? String(here[key]) : '–',
      there: String(client[key]),
      differs: here?.[key] !== client[key],
    })),
  ];
  return (
    <table className="compare">
      <caption className="visually-hidden">{words.compare.title}</caption>
      <thead>
        <tr>
          <th scope="col">{words.compare.what}</th>
          <th scope="col">{words.compare.here}</th>
          <th scope="col">{words.compare.there}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.term}>
            <th scope="row">{row.term}</th>
            <td className="num">{row.here}</td>
            <td className={row.differs ? 'num compare-differs' : 'num'}>
              {row.differs && <Icon name="triangle" size={15} />} {row.there}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
