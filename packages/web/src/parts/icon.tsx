/** Line icons of 24 x 24, drawn here so that no font or file is fetched. */
const PATHS = {
  home: 'M3.5 11.5 12 4l8.5 7.500M6 9.800V20h12V9.800M10 20v-5h4v5',
  nearby:
    'M12 4.500v6M12 10.5 5.5 17M12 10.5 18.5 17M12 2.500h.01M12 4.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4M5 21a2.3 2.3 0 1 0 0-4.600A2.3 2.3 0 0 0 5 21M19 21a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6',
  exchange: 'M4 9h14m-4-4.500L18.5 9 14 13.500M20 16H6m4-4.500L5.5 16l4.5 4.5',
  settle: 'M5 3.500h14v17H5zM8.5 8.500h7M8.5 12.500h3M9 16.500l2 2 4.5-4.5',
  operate:
    'M12 3 4.5 6v5.500c0 4.600 3.100 8 7.500 9.500 4.400-1.500 7.500-4.900 7.500-9.500V6zM8.5 12l2.5 2.500 4.5-5',
  settings:
    'M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M8.5 19.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5',
  coin: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7.4 7.8 14.8h8.4z',
  previous: 'M14.5 5.5 8 12l6.5 6.5',
  next: 'M9.5 5.5 16 12l-6.5 6.5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  file: 'M12 4v11m-4.5-4 4.5 4.500L16.5 11M5 20h14',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
  why: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M9.6 9.500a2.5 2.5 0 1 1 3.6 2.300c-.8.4-1.2 1-1.2 2M12 16.800v.1',
  warn: 'M12 4 2.8 20h18.400zM12 10v4.500M12 17.200v.1',
  check: 'M5 12.5 10 17.5 19.5 7',
} as const

export type IconName = keyof typeof PATHS

/** An icon beside a word; alone it says nothing to a screen reader. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
