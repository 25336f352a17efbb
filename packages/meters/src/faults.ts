import type { FaultTexts } from '@tri/units'

import { counterFaults } from './counter/faults.ts'
import { cipheringFaults } from './dlms/faults.ts'
import { readoutFaults } from './iec62056/faults.ts'
import { decodeFaults } from './decode/faults.ts'
import { deviceFaults } from './device/faults.ts'
import { lineFaults } from './lines/faults.ts'
import { slotFaults } from './slots/faults.ts'
import { ocppFaults } from './ocpp/faults.ts'
import { sunspecFaults } from './sunspec/faults.ts'
import { mbusFaults } from './mbus/faults.ts'

/** Every sentence this package says to people, by topic: one table a folder. */
export const metersFaults = {
  ...cipheringFaults,
  ...counterFaults,
  ...decodeFaults,
  ...deviceFaults,
  ...lineFaults,
  ...ocppFaults,
  ...readoutFaults,
  ...slotFaults,
  ...sunspecFaults,
  ...mbusFaults,
} as const satisfies FaultTexts
