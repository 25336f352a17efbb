import encodeQr from 'qr'

/** Modules of white around the code: readers need them. */
const QUIET = 4

/** A text as a QR code, drawn in the page: no picture is fetched. */
export function QrCode({ text, title }: { readonly text: string; readonly title: string }) {
  const rows = encodeQr(text, 'raw', { border: QUIET })
  const path = rows
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return (
    <svg class="qr" viewBox={`0 0 ${rows.length} ${rows.length}`} role="img" aria-label={title}>
      <path d={path} />
    </svg>
  )
}
