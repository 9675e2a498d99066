const paths = {
  board: 'M2.5 9h3l1.5-4.5 3 8L11.5 9h4',
  incidents: 'M9 2.5 16 15H2zM9 7.500v3.250M9 12.900v.1',
  outages: 'M2 9h4.500M11.5 9H16M8 5.500l2 7',
  devices: 'M3 3.500h12v4H3zM3 10.500h12v4H3zM5.5 5.500h.1M5.5 12.500h.1',
  settings: 'M3 5h6.500M13.5 5H15M3 13h1.500M8.5 13H15M11.5 3v4M6.5 11v4',
  bell: 'M9 2.500c-2.6 0-4.25 1.9-4.25 4.5 0 3.5-1.5 4.5-1.5 5.500h11.500c0-1-1.5-2-1.5-5.5 0-2.6-1.65-4.5-4.25-4.500zM7.25 15c.4.5 1 .8 1.75.8s1.35-.3 1.75-.8',
  more: 'M4 9h.1M9 9h.1M14 9h.1',
  search: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zM11.7 11.7 15.5 15.5',
  plus: 'M9 3.500v11M3.5 9h11',
  check: 'm3.5 9.5 3.5 3.5 7.5-8',
  close: 'm4 4 10 10M14 4 4 14',
  down: 'm4.5 7 4.5 4.500L13.5 7',
  right: 'm7 4.5 4.5 4.500L7 13.5',
  left: 'M11 4.5 6.5 9 11 13.5',
  open: 'M4 9h9.500M9.5 4.5 14 9l-4.5 4.5',
  pause: 'M6.5 4v10M11.5 4v10',
  play: 'M5.5 3.5 14 9l-8.5 5.500z',
  edit: 'M3 15l.8-3.200L12 3.600l2.4 2.4-8.2 8.200z',
  trash: 'M3.5 5h11M7 5V3h4v2M5 5l.7 10h6.600L13 5',
  upload: 'M9 12V3.500M5.5 7 9 3.5 12.5 7M3 12v2.500h12V12',
  user: 'M9 3a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3 15.500c.4-2.7 2.7-4.25 6-4.250s5.6 1.55 6 4.25',
  sun: 'M9 5.750a3.25 3.25 0 1 0 0 6.5 3.25 3.25 0 0 0 0-6.500zM9 1.750V3M9 15v1.250M1.75 9H3M15 9h1.250M3.9 3.900l.9.900M13.2 13.200l.9.900M14.1 3.900l-.9.900M4.8 13.200l-.9.9',
  moon: 'M14.5 11A6.25 6.25 0 0 1 7 3.500a6.25 6.25 0 1 0 7.5 7.500z',
  auto: 'M2.5 3.500h13v9h-13zM6.5 15.500h5',
  exit: 'M7 3H3.500v12H7M7.5 9H15M12 6l3 3-3 3',
  key: 'M12 3a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM9.8 8.2 3 15M5.25 12.750l2 2',
  probe:
    'M9 9h.1M6 12a4.25 4.25 0 0 1 0-6M12 6a4.25 4.25 0 0 1 0 6M3.8 14.200a7.35 7.35 0 0 1 0-10.400M14.2 3.800a7.35 7.35 0 0 1 0 10.4',
  copy: 'M6.500 6.500V3h8.500v8.500h-3.500M3 6.500h8.500V15H3z',
  jobs: 'M9 5v4l2.500 1.750M2.500 9a6.500 6.500 0 1 0 2-4.700M2.500 3v3h3',
  blackout:
    'M3 3l12 12M5.500 6.500c-.5 4-2 4.500-2 6h9M7 3.200c.6-.4 1.300-.7 2-.7 2.600 0 4.250 1.900 4.250 4.500 0 1.200.1 2.100.3 2.800M7.250 15c.4.500 1 .800 1.750.800s1.350-.3 1.750-.8',
  channel: 'M15.500 2.500 2.500 7.250l5.250 3 3 5.250zM15.500 2.500 7.750 10.250',
  download: 'M9 3v8.500M5.5 8 9 11.500 12.500 8M3 12v2.500h12V12',
  route: 'M2.500 9h3.500c3 0 2.500-5 6-5h3M6 9c3 0 2.500 5 6 5h3M13 2l2 2-2 2M13 12l2 2-2 2',
  map: 'M9 2.500v4M9 6.500H4v3M9 6.500h5v3M2 9.500h4v4H2zM12 9.500h4v4h-4z',
  list: 'M3 4.500h.1M3 9h.1M3 13.500h.1M6.500 4.500H15M6.500 9H15M6.500 13.500H15',
  minus: 'M3.500 9h11',
  whole: 'M3 6.500V3h3.500M11.500 3H15v3.500M15 11.500V15h-3.500M6.500 15H3v-3.500',
  message: 'M3 3.500h12v8.500H8l-3.500 3v-3H3zM6 6.500h6M6 9h4',
  uptime: 'M3 15V8M7 15V4M11 15v-5M15 15V3',
  site: 'M9 16s5-4.6 5-8.500a5 5 0 0 0-10 0C4 11.4 9 16 9 16zM9 6.250v2.5',
} as const
export type IconName = keyof typeof paths

/** A line icon of 18 px; always beside a word, or inside a control that has a label. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      viewBox="0 0 18 18"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.4 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
