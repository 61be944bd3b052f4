/** Our own drawings on a 20-unit grid; decoration only, the word beside it carries the meaning. */
const paths = {
  check: 'M4.5 10.5l3.6 3.6 7.4-8',
  circleCheck: 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM6.7 10.2l2.3 2.3 4.3-4.8',
  triangle: 'M10 3.2 17.8 16.6H2.2zM10 8.2v3.6M10 14.1v.2',
  octagon: 'M7 2.8h6L17.2 7v6L13 17.2H7L2.8 13V7zM7.6 7.6l4.8 4.8M12.4 7.6l-4.8 4.8',
  pause: 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM8.2 7.4v5.2M11.8 7.4v5.2',
  clock: 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 6v4.2l2.8 1.8',
  dotted: 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15z',
  question: 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM7.9 8.1a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.7-.9 1.4M10 13.7v.2',
  info: 'M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 9.2v4.4M10 6.5v.2',
  cut: 'M3 10h4M13 10h4M8.5 5.5l3 9',
  close: 'M5 5l10 10M15 5L5 15',
  chevronDown: 'M5 7.5l5 5 5-5',
  chevronRight: 'M7.5 5l5 5-5 5',
  chevronLeft: 'M12.5 5l-5 5 5 5',
  arrowUp: 'M10 16V4.5M5 9.2l5-5 5 5',
  arrowDown: 'M10 4v11.5M5 10.8l5 5 5-5',
  more: 'M4.6 10h.1M10 10h.1M15.4 10h.1',
  moreVertical: 'M10 4.6v.1M10 10v.1M10 15.4v.1',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  search: 'M8.7 3.2a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM12.8 12.8l4 4',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  upload: 'M10 13V3.5M6 7.3l4-4 4 4M3.5 12.5v3a1.5 1.5 0 0 0 1.5 1.5h10a1.5 1.5 0 0 0 1.5-1.5v-3',
  download: 'M10 3.5V13M6 9.2l4 4 4-4M3.5 12.5v3a1.5 1.5 0 0 0 1.5 1.5h10a1.5 1.5 0 0 0 1.5-1.5v-3',
  refresh: 'M16.3 8A6.6 6.6 0 0 0 4.6 6.4L3.2 8M3.7 12a6.6 6.6 0 0 0 11.7 1.6l1.4-1.6M3.2 4v4h4M16.8 16v-4h-4',
  trash: 'M3.5 5.5h13M8 5.5V3.6h4v1.9M5.2 5.5l.8 11h8l.8-11M8.4 8.5v5M11.6 8.5v5',
  pen: 'M3.5 16.5l.8-3.6 9-9 2.8 2.8-9 9zM11.6 5.6l2.8 2.8',
  eye: 'M2 10s2.8-5.2 8-5.2S18 10 18 10s-2.8 5.2-8 5.2S2 10 2 10zM10 7.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z',
  overview: 'M3 3.5h6v7H3zM11 3.5h6v4h-6zM11 9.5h6v7h-6zM3 12.5h6v4H3z',
  voucher: 'M5 2.8h7l3.5 3.5v10.9H5zM12 2.8v3.5h3.5M7.7 9.8h5M7.7 12.8h5',
  figures: 'M3 16.8h14M5 16.5v-5M9 16.5V7.5M13 16.5v-7M4 8.2l4.4-4 4 3L17 3.4',
  options: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4',
  firm: 'M3 16.8h14M4.5 16.8V7.6L10 3.4l5.5 4.2v9.2M8.3 16.8v-4.6h3.4v4.6',
  mandanten: 'M3.5 16.8V5.2h7v11.6M10.5 8.8h6v8M2.5 16.8h15M6 8.2h2M6 11.2h2M13 11.8h1',
  people:
    'M7.3 4a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM2.2 16.5c.3-3.1 2.3-4.6 5.1-4.6s4.8 1.5 5.1 4.6M13 4.4a2.6 2.6 0 0 1 0 4.9M14.6 12.3c1.9.6 3 2 3.2 4.2',
  history: 'M3.2 10a6.8 6.8 0 1 1 2.1 4.9M3.2 10l-1.2-1.7M3.2 10l1.9-1.2M10 6.3v4l2.7 1.6',
  link: 'M8.5 11.5l3-3M7.3 9.2l-2.7 2.7a2.5 2.5 0 0 0 3.5 3.5l2.7-2.7M12.7 10.8l2.7-2.7a2.5 2.5 0 0 0-3.5-3.5L9.2 7.3',
  copy: 'M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7',
  key: 'M12.6 3.2a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM9.5 10.3L3.3 16.5M5.3 14.5l1.9 1.9M13.6 6.4v.1',
  folder: 'M2.8 15.8V4.8h5l1.7 2h7.7v9z',
  operator: 'M3 4h14v5H3zM3 11h14v5H3zM6 6.5h.1M6 13.5h.1',
} as const;

export type IconName = keyof typeof paths;

type Props = { name: IconName; size?: number; className?: string };

export function Icon({ name, size = 18, className }: Props) {
  return (
    <svg
      className={className}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' || name === 'moreVertical' ? 2.6 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeDasharray={name === 'dotted' ? '2.2 3' : undefined}
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
