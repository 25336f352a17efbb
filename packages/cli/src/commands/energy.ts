import { resolve } from 'node:path'

import type { Command } from 'commander'

import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'
import { kilowattHours } from '../quantities.ts'
import { utc } from './settle-lines.ts'

interface ImportOptions {
  readonly correction?: boolean
  readonly timeZone?: string
  readonly decimal?: string
  readonly unit?: string
  readonly delimiter?: string
  readonly dryRun?: boolean
}

/** `tri energy`: readings into the book. */
export function addEnergyCommands(program: Command, kit: CommandKit): void {
  const energy = program.command('energy').description('readings')
  energy
    .command('import <files...>')
    .description(
      'import readings of a metering operator: CSV (long or wide) or Parquet, signed by the coordinator',
    )
    .option('--correction', 'replace readings that were imported before; the earlier version stays readable')
    .option('--dry-run', 'read and check everything, import nothing')
    .option('--time-zone <zone>', 'zone of times without an offset, such as Europe/Rome or UTC')
    .option('--decimal <mark>', 'decimal mark: . or ,')
    .option('--unit <unit>', 'unit of the energy columns: Wh or kWh')
    .option('--delimiter <mark>', 'what separates columns: , ; or tab')
    .action(async (files: string[], options: ImportOptions, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const report = await owner.run('import-readings', {
        files: files.map((file) => resolve(file)),
        correction: options.correction === true,
        dryRun: options.dryRun === true,
        ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
        ...(options.decimal === undefined ? {} : { decimal: options.decimal }),
        ...(options.unit === undefined ? {} : { unit: options.unit }),
        ...(options.delimiter === undefined ? {} : { delimiter: options.delimiter }),
      })
      context.answer(report, [
        `${options.dryRun === true ? 'checked' : 'imported'}  ${report.meters} meters, ${report.meterSlots} meter-slots from ${utc(report.firstSlot)} UTC (${report.slots} slots)`,
        `          import ${kilowattHours(report.importWh)}, export ${kilowattHours(report.exportWh)}, missing ${report.missing}, unchanged ${report.unchanged}`,
        ...report.months.map((month) => `next: tri settle check ${month}`),
      ])
    })
}
