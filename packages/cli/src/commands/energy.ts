import { resolve } from 'node:path'

import type { Command } from 'commander'

import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'
import { kilowattHours } from '../quantities.ts'
import { typedFlags, withReadingFlags, type ReadingFlags } from '../reading-flags.ts'
import { utc } from './settle-lines.ts'

interface ImportOptions extends ReadingFlags {
  readonly correction?: boolean
  readonly dryRun?: boolean
}

/** `tri energy`: readings into the book. */
export function addEnergyCommands(program: Command, kit: CommandKit): void {
  const energy = program.command('energy').description('readings')
  withReadingFlags(energy.command('import <files...>'))
    .description(
      'import readings of a metering operator: CSV (long or wide) or Parquet, signed by the coordinator',
    )
    .option('--correction', 'replace readings that were imported before; the earlier version stays readable')
    .option('--dry-run', 'read and check everything, import nothing')
    .action(async (files: string[], options: ImportOptions, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const report = await owner.run('import-readings', {
        files: files.map((file) => resolve(file)),
        correction: options.correction === true,
        dryRun: options.dryRun === true,
        ...typedFlags(options),
      })
      context.answer(report, [
        `${options.dryRun === true ? 'checked' : 'imported'}  ${report.meters} meters, ${report.meterSlots} meter-slots from ${utc(report.firstSlot)} UTC (${report.slots} slots)`,
        `          import ${kilowattHours(report.importWh)}, export ${kilowattHours(report.exportWh)}, missing ${report.missing}, unchanged ${report.unchanged}`,
        ...report.months.map((month) => `next: tri settle check ${month}`),
      ])
    })
}
