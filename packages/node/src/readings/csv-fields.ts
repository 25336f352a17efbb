/**
 * Splits a line of a CSV file (RFC 4180, without line breaks inside quotes: no field of ours can have one).
 *
 * @returns the fields, trimmed, or undefined when a quote is never closed
 */
export function csvFields(line: string, delimiter: string): string[] | undefined {
  if (!line.includes('"')) return line.split(delimiter).map((field) => field.trim())
  const fields: string[] = []
  let at = 0
  for (;;) {
    while (line[at] === ' ') at++
    if (line[at] === '"') {
      let text = ''
      for (at++; ; at++) {
        const quote = line.indexOf('"', at)
        if (quote < 0) return undefined
        text += line.slice(at, quote)
        at = quote + 1
        if (line[at] !== '"') break
        text += '"'
      }
      fields.push(text.trim())
      at = line.indexOf(delimiter, at)
    } else {
      const end = line.indexOf(delimiter, at)
      fields.push(line.slice(at, end < 0 ? line.length : end).trim())
      at = end
    }
    if (at < 0) return fields
    at += delimiter.length
  }
}

/** What the numbers of a sample say about the decimal mark. */
export type DecimalSign = 'point' | 'comma' | 'none' | 'mixed' | 'thousands-or-decimals'

/**
 * Which decimal mark the numbers are written with.
 *
 * @param numbers fields of energy columns
 */
export function decimalSign(numbers: readonly string[]): DecimalSign {
  const hasPoint = numbers.some((number) => number.includes('.'))
  const hasComma = numbers.some((number) => number.includes(','))
  if (hasPoint && hasComma) return 'mixed'
  if (!hasComma) return hasPoint ? 'point' : 'none'
  // 1,234 is one and a bit in Rome and one thousand and more in London; 0,234 and 1,23 are decimals everywhere.
  const proves = numbers.some((number) => number.includes(',') && !/^-?[1-9]\d{0,2}(?:,\d{3})+$/.test(number))
  return proves ? 'comma' : 'thousands-or-decimals'
}
