import { resolve } from 'node:path'

import { EXPORTS, type ExportName } from '@tri/node'
import { Argument, Option, type Command } from 'commander'

import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'

interface ExportOptions {
  readonly format: 'csv' | 'parquet' | 'jsonl'
  readonly out: string
  readonly month?: string
  readonly member?: string
}

/** `tri export`: data out, in formats that other programs read. */
export function addExportCommands(program: Command, kit: CommandKit): void {
  program
    .command('export')
    .addArgument(
      new Argument('<what>', 'energy: rows a meter and slot; ledger: postings').choices([...EXPORTS]),
    )
    .description('write readings with their shares, or the ledger, to a folder')
    .addOption(
      new Option('--format <format>', 'file format').choices(['csv', 'parquet', 'jsonl']).default('csv'),
    )
    .requiredOption('-o, --out <folder>', 'the folder; it must not exist yet, or be empty')
    .option('--month <month>', 'only this month, such as 2026-05')
    .option('--member <member>', 'only what belongs to this member')
    .action(async (what: ExportName, options: ExportOptions, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const report = await owner.run('export', {
        what,
        format: options.format,
        out: resolve(options.out),
        ...(options.month === undefined ? {} : { month: options.month }),
        ...(options.member === undefined ? {} : { member: options.member }),
      })
      context.answer(
        report,
        report.files.map(({ path, rows }) => `${path}  ${rows} rows`),
      )
    })
}
