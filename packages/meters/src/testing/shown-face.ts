import { epochMs, wattHour } from '@tri/units'

import type { MeterFace } from '../virtual/meter-face.ts'

/** What the virtual meters of tests show: a home that took more than it gave, and gives now. */
export const shownFace: MeterFace = {
  at: epochMs(1_780_315_200_000),
  serial: 'TRI0000001',
  importWh: wattHour(1_234_567),
  exportWh: wattHour(89_000),
  powerW: -450,
}
