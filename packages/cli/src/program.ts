import { NODE_VERSION } from '@tri/node'
import { Command } from 'commander'

import { addAnchorCommands } from './commands/anchor.ts'
import { addCommunityCommands } from './commands/community.ts'
import { addCreditCommands } from './commands/credit.ts'
import { addDeviceCommands } from './commands/device.ts'
import { addEnergyCommands } from './commands/energy.ts'
import { addExportCommands } from './commands/export.ts'
import { addFollowCommands } from './commands/follow.ts'
import { addLabCommands } from './commands/lab.ts'
import { addLedgerCommands } from './commands/ledger.ts'
import { addNodeCommands } from './commands/node.ts'
import { addRefoundingCommands } from './commands/refounding.ts'
import { addSettleCommands } from './commands/settle.ts'
import { addStewardCommands } from './commands/steward.ts'
import { addVaultCommands } from './commands/vault.ts'
import { contextOf, type CommonOptions, type Context } from './context.ts'
import type { ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

/** What the commands share: how to get their context, and how to end with a code of their own. */
export interface CommandKit {
  readonly context: (command: Command) => Context
  readonly exitWith: (code: ExitCode) => void
}

/**
 * The whole `tri` program. Every command takes the common options, wherever they stand on the line.
 *
 * @param exitWith is told the exit code of a command that ends otherwise than well or by a fault
 */
export function programFor(terminal: Terminal, exitWith: (code: ExitCode) => void): Command {
  const program = new Command('tri')
    .description('Run your own neighbourhood: energy and exchange, neighbour first.')
    .version(NODE_VERSION, '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .addHelpText('after', HELP_EXAMPLES)
  const kit: CommandKit = {
    context: (command) => contextOf(terminal, command.optsWithGlobals<CommonOptions>()),
    exitWith,
  }
  addNodeCommands(program, kit)
  addCommunityCommands(program, kit)
  addEnergyCommands(program, kit)
  addDeviceCommands(program, kit)
  addVaultCommands(program, kit)
  addFollowCommands(program, kit)
  addSettleCommands(program, kit)
  addCreditCommands(program, kit)
  addRefoundingCommands(program, kit)
  addStewardCommands(program, kit)
  addExportCommands(program, kit)
  addLedgerCommands(program, kit)
  addAnchorCommands(program, kit)
  addLabCommands(program, kit)
  everyCommand(program).forEach(withCommonOptions)
  return program
}

const HELP_EXAMPLES = `
Examples:
  tri demo                                     a living neighbourhood, no hardware needed
  tri settle run community.json readings.csv   who shared which kWh with whom, from two files
  tri community init community.toml            start a community of your own
  tri settle publish 2026-05                   settle a month and tell the members

Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 refused, 5 partial, 6 network, 7 tampered, 130 interrupted`

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

/** `--json` and its siblings on the command itself, so that `tri settle check 2026-05 --json` reads as people write it. */
function withCommonOptions(command: Command): void {
  command
    .exitOverride()
    .option('--json', 'one JSON document on stdout, for programs')
    .option('-q, --quiet', 'no messages, only the answer')
    .option('--lang <en|it>', 'the language of messages')
    .option('--data <folder>', 'the node’s data folder (default: TRI_DATA, else ~/.local/share/tri)')
}
