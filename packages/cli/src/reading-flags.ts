import type { Command } from 'commander'

/** What a person types about readings that do not say it themselves. */
export interface ReadingFlags {
  readonly timeZone?: string
  readonly decimal?: string
  readonly unit?: string
  readonly delimiter?: string
  readonly dateOrder?: string
  readonly absentDirection?: string
  readonly registerWrapsAt?: string
}

const NAMES = [
  'timeZone',
  'decimal',
  'unit',
  'delimiter',
  'dateOrder',
  'absentDirection',
  'registerWrapsAt',
] as const satisfies readonly (keyof ReadingFlags)[]

/** The flags of every command that reads files of readings. */
export function withReadingFlags(command: Command): Command {
  return command
    .option('--time-zone <zone>', 'zone of times without an offset: local, UTC or one such as Europe/Rome')
    .option('--decimal <mark>', 'decimal mark: . or ,')
    .option('--unit <unit>', 'unit of the energy columns: Wh, kWh, MWh, W or kW')
    .option('--delimiter <mark>', 'what separates columns: , ; | or tab')
    .option('--date-order <order>', 'of dates with slashes: dmy or mdy')
    .option('--absent-direction <zero>', 'a meter with one direction only: zero for the other')
    .option('--register-wraps-at <wh>', 'where cumulative registers begin again at 0')
}

/** Only the flags that were typed. */
export function typedFlags(flags: ReadingFlags): ReadingFlags {
  return Object.fromEntries(NAMES.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])))
}
