import { useI18n } from '../../i18n/I18n.tsx';

type Month = { month: string; handedIn: number; delivered: number };

/** Twelve months as bars, with the same numbers as a table for whoever does not see bars. */
export function MonthChart({ months }: { months: readonly Month[] }) {
  const { texts, format } = useI18n();
  const { mandant: words } = texts.overview;
  const most = Math.max(1, ...months.map((each) => Math.max(each.handedIn, each.delivered)));
  const width = 560;
  const height = 130;
  const slot = width / Math.max(1, months.length);
  const bar = (value: number) => (value / most) * (height - 12);
  return (
    <>
      <div className="chart-key small" aria-hidden="true">
        <span className="chart-dot" /> {words.handedIn} <span className="chart-dot chart-dot-delivered" />{' '}
        {words.delivered}
      </div>
      <svg className="chart" viewBox={`0 0 ${width} ${height + 20}`} aria-hidden="true">
        {months.map((each, index) => (
          <g key={each.month} transform={`translate(${index * slot} 0)`}>
            <rect
              className="chart-in"
              x={slot * 0.18}
              y={height - bar(each.handedIn)}
              width={slot * 0.3}
              height={bar(each.handedIn)}
              rx="2"
            />
            <rect
              className="chart-out"
              x={slot * 0.5}
              y={height - bar(each.delivered)}
              width={slot * 0.3}
              height={bar(each.delivered)}
              rx="2"
            />
            <text x={slot / 2} y={height + 15} textAnchor="middle">
              {each.month.slice(5)}
            </text>
          </g>
        ))}
        <line x1="0" x2={width} y1={height + 0.5} y2={height + 0.5} />
      </svg>
      {/* A table keeps its height, hidden or not; a box around it does not. */}
      <div className="visually-hidden">
        <table>
          <caption>{words.months}</caption>
          <thead>
            <tr>
              <th scope="col">{words.month}</th>
              <th scope="col">{words.handedIn}</th>
              <th scope="col">{words.delivered}</th>
            </tr>
          </thead>
          <tbody>
            {months.map((each) => (
              <tr key={each.month}>
                <th scope="row">{format.month(each.month)}</th>
                <td>{format.number(each.handedIn)}</td>
                <td>{format.number(each.delivered)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
