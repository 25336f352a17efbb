import { epochMs, type EpochMs } from '@tri/units'

import { scaled } from '../decimal.ts'
import type { MeterValue } from '../frame.ts'
import type { RightTicGroup } from './tic-group.ts'
import { TIC_LABELS } from './tic-label.ts'

const HOUR_MS = 3_600_000
const DAYS_MAX = 31
const CLOCK = 'DATE'

// The checksum has six bits: a letter whose bit 6 is turned passes it. Labels and texts are therefore held to letters of
// which none becomes another allowed one that way: digits would become p to y, capitals control characters.
const LABEL = /^[A-Z][A-Z\d+-]{2,9}$/
const TEXT = /^[ -_]*$/
const TEXT_SMALL = /^[ a-z]*[a-z][ a-z]*[a-z][ a-z]*$/
const STAMP = /^[EHeh ]\d{12}$/

/**
 * What a group with a right checksum says.
 *
 * @returns nothing when it says what its label cannot mean: a damage that the checksum does not see
 */
export function ticValue({ label, stamp, value, isSeparated }: RightTicGroup): MeterValue | undefined {
  if (!LABEL.test(label) || (stamp !== undefined && !STAMP.test(stamp))) return undefined
  if (label === CLOCK) return stamp === undefined ? undefined : { name: label, value: stamp }
  const known = TIC_LABELS.get(label)
  // A damaged separator is forgiven where the value is whole: else half a group could pass, once in 64 times.
  if (!isSeparated && value.length !== known?.letters) return undefined
  if (!isFormed(value, known?.form)) return undefined
  const measuredAt = stamp === undefined ? undefined : ticMoment(stamp)
  const dated = measuredAt === undefined ? {} : { measuredAt }
  if (known?.unit === undefined) return { name: label, value, ...dated }
  return { name: label, value: scaled(Number(value), known.exponent ?? 0), unit: known.unit, ...dated }
}

function isFormed(value: string, form: RegExp | undefined): boolean {
  return form === undefined ? TEXT.test(value) || TEXT_SMALL.test(value) : form.test(value)
}

/**
 * The instant of a stamp `SAAMMJJhhmmss`: H is winter time, E summer time, in the hour of Paris.
 *
 * @returns nothing for a small letter, with which the meter says that its clock is not to be trusted, and for no date
 * @see     Enedis-NOI-CPT_54E, horodate
 */
export function ticMoment(stamp: string): EpochMs | undefined {
  const season = stamp[0]
  if (season !== 'H' && season !== 'E') return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (
    stamp.slice(1).match(/\d\d/g) ?? []
  ).map(Number)
  if (month < 1 || month > 12 || day < 1 || day > DAYS_MAX) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const local = Date.UTC(2000 + year, month - 1, day, hour, minute, second)
  return epochMs(local - (season === 'E' ? 2 : 1) * HOUR_MS)
}
