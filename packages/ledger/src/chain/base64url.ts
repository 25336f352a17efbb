const LETTERS = /^[A-Za-z0-9_-]*$/

/** Bytes as base64url without padding: what a QR code carries (RFC 4648, section 5). */
export function base64url(bytes: Uint8Array): string {
  let letters = ''
  for (const byte of bytes) letters += String.fromCharCode(byte)
  return btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The bytes of base64url text; undefined for anything else, and for a second spelling of the same bytes. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (!LETTERS.test(text) || text.length % 4 === 1) return undefined
  const letters = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
  return base64url(bytes) === text ? bytes : undefined
}

/** Bytes as lower-case hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
