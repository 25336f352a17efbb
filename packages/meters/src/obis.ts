const ANY = 255

/** The six bytes of an OBIS code at `at` as text: `A-B:C.D.E`, with `*F` only where F is not 255. */
export function obisText(bytes: Uint8Array, at = 0): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = ANY] = bytes.subarray(at, at + 6)
  const reduced = `${a}-${b}:${c}.${d}.${e}`
  return f === ANY ? reduced : `${reduced}*${f}`
}
