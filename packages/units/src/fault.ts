/** What fills the sentence of a fault: names and amounts, never a reading or an address. */
export type FaultDetails = Readonly<Record<string, unknown>>

/** What people are told about a fault: what failed, on which thing, what to try. `{name}` is filled from the details. */
export interface FaultText {
  readonly en: string
  readonly it: string
}
/** A package's sentences by code: its `src/faults.ts`. */
export type FaultTexts = Readonly<Record<string, FaultText>>

/**
 * Something unexpected, or a mistake of ours. What somebody else did wrong is a refusal (`Outcome`), not a fault.
 *
 * `code` is a key of one of the packages' `faults.ts`; `details` fill the sentence that people read.
 */
export class Fault extends Error {
  readonly code: string
  readonly details: FaultDetails

  constructor(code: string, details: FaultDetails = {}, options?: { readonly cause?: unknown }) {
    super(`${code} ${detailsLine(details)}`.trim(), options)
    this.name = 'Fault'
    this.code = code
    this.details = details
  }
}

/**
 * The sentence for people.
 *
 * @param texts    the table of the package that names the code
 * @param code     the fault's or the refusal's code
 * @param details  fill `{name}` in the sentence; a name without a detail stays visible as `{name}`
 * @param language the reader's language
 * @returns        the sentence, or the code with its details when the table has no such code
 */
export function faultSentence(
  texts: FaultTexts,
  code: string,
  details: FaultDetails,
  language: keyof FaultText = 'en',
): string {
  const text = Object.hasOwn(texts, code) ? texts[code] : undefined
  if (text === undefined) return `${code} ${detailsLine(details)}`.trim()
  return text[language].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(details, name) ? details[name] : undefined
    return value === undefined ? whole : shown(value)
  })
}

function detailsLine(details: FaultDetails): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}=${shown(value)}`)
    .join(' ')
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(shown).join(', ')
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value)
  return JSON.stringify(value) ?? String(value)
}
