import { resolve } from 'node:path'

import { restoreLedger } from '@tri/node'
import type { Command } from 'commander'

import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'

interface RestoreOptions {
  readonly genesis?: string
  readonly keys?: string
}

/** `tri ledger`: the whole book out of a node, and onto an empty machine. */
export function addLedgerCommands(program: Command, kit: CommandKit): void {
  const ledger = program
    .command('ledger')
    .description('the whole book: out of a node, and onto another machine')
  ledger
    .command('export')
    .description('write the whole book as JSON lines that check themselves; never a key')
    .requiredOption('-o, --out <folder>', 'the folder; it must not exist yet, or be empty')
    .addHelpText('after', '\nExample:\n  tri ledger export --out /media/stick/book-2026-11')
    .action(async ({ out }: { readonly out: string }, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const report = await owner.run('export-ledger', { out: resolve(out) })
      context.answer(report, [
        `${report.blocks} blocks, ${report.operations} operations, ${report.bytes} bytes in ${report.folder}`,
        `genesis ${report.genesis}`,
        'Keys are not in it: keep your copy of keys.json and the genesis apart.',
      ])
    })
  ledger
    .command('restore <folder>')
    .description('rebuild a node’s data folder from an export, checking every operation, root and signature')
    .option(
      '--genesis <text>',
      'the printed text of the community’s genesis, tri:...; without it the book is checked against itself only',
    )
    .option(
      '--keys <file>',
      'your own copy of keys.json; without it the book can be read, and nobody can sign',
    )
    .addHelpText(
      'after',
      '\nExample:\n  tri ledger restore /media/stick/book-2026-11 --keys /media/safe/keys.json --data ~/tri-new',
    )
    .action(async (from: string, options: RestoreOptions, command: Command) => {
      const context = kit.context(command)
      const restored = await restoreLedger({
        from: resolve(from),
        to: context.folder,
        genesis: options.genesis,
        keys: options.keys === undefined ? undefined : resolve(options.keys),
      })
      context.answer(restored, [
        `${restored.blocks} blocks, ${restored.operations} operations restored to ${restored.folder}`,
        `genesis ${restored.genesis}`,
        restored.keys === 0
          ? 'No keys were brought: the node cannot sign until keys.json is there.'
          : `${restored.keys} keys were brought. Make sure that the old box is off before you start this one.`,
      ])
    })
}
