import { accept, Fault, refuse, type Outcome } from '@tri/units'

import type { Flaw } from '../chain/trust.ts'

const UNREADABLE: ReadonlySet<string> = new Set(['proof-malformed', 'bytes-not-canonical'])

/** What a reader gives, or, when it meets bytes of another form, where it met them: strangers send what they like. */
export function read<T>(reader: () => T): Outcome<T, Flaw> {
  try {
    return accept(reader())
  } catch (fault) {
    if (!(fault instanceof Fault) || !UNREADABLE.has(fault.code)) throw fault
    const place = fault.details['place']
    return refuse({
      code: fault.code,
      place: typeof place === 'string' ? place : 'proof',
      details: fault.details,
    })
  }
}
