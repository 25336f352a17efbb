import { SLOT_MS } from '@tri/units'

import { wallMs } from '../format/time.ts'

/** The slot a person means by a day and a time on the wall; null for the whole month. */
export function slotMeant(timezone: string, day: string, time: string): number | null {
  if (day === '') return null
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return Math.floor(wallMs(timezone, day, hours * 60 + minutes) / SLOT_MS)
}
