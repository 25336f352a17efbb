import type { Intake } from './intake.ts'
import type { ReadingOptions } from './reading-options.ts'

/** Rows from which the look of the values of a file means something. */
const ROWS_TELLING_MIN = 96
/** Fractions of a Wh are written by nobody whose largest quarter hour is below this: those are kWh. */
const FRACTIONAL_WH_MIN = 20
/** Whole kWh up to this much in a quarter hour, and never a decimal: those are Wh. */
const WHOLE_KWH_MIN = 20

/**
 * Asks when the values of a file do not look like the unit its header states. A person who passes the unit has answered.
 *
 * @param unit of the header
 */
export function checkUnit(intake: Intake, options: ReadingOptions, unit: string): void {
  const { rows, fractions, largestWh } = intake.values
  if (options.unit !== undefined || rows < ROWS_TELLING_MIN) return
  if (unit === 'wh' && fractions > rows / 2 && largestWh < FRACTIONAL_WH_MIN)
    intake.problem('unit-looks-kwh', undefined, { largest: largestWh, limit: FRACTIONAL_WH_MIN })
  if (unit === 'kwh' && fractions === 0 && largestWh >= WHOLE_KWH_MIN * 1000)
    intake.problem('unit-looks-wh', undefined, { largest: largestWh / 1000, powerKw: (largestWh * 4) / 1000 })
}
