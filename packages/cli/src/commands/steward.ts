import { backUp, joinAsSteward, restoreBackup } from '@tri/node'
import type { Command } from 'commander'
import encodeQr from 'qr'

import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'
import { tableLines } from '../table.ts'

/** `tri steward`: who keeps the book, and the life of a box that does. */
export function addStewardCommands(program: Command, kit: CommandKit): void {
  const steward = program
    .command('steward')
    .description('the boxes that keep the book together: begin, invite, join, replace, save')
  addBeginning(steward, kit)
  addChanges(steward, kit)
  addStatus(steward, kit)
  addSaving(steward, kit)
}

function addBeginning(steward: Command, kit: CommandKit): void {
  steward
    .command('init')
    .description('make this node a steward’s: keys for its door and for the engine')
    .requiredOption(
      '--address <host:port>',
      'where other boxes reach this one; the engine takes the port above',
    )
    .option('--member <member>', 'the member whose box this is; the coordinator unless named')
    .action(async (options: { readonly address: string; readonly member?: string }, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const made = await owner.run('steward-init', options)
      context.answer(made, [
        `${made.member} has a seat at ${made.address}.`,
        `door key ${made.tls}`,
        made.isRunning
          ? 'next: stop the node and start it again (tri up), so that its door opens'
          : 'next: tri up',
      ])
    })
  steward
    .command('invite <member>')
    .description('invite a member’s box to keep the book too: a text that one box can take up, for a day')
    .action(async (member: string, _: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const invited = await owner.run('steward-invite', { member })
      context.answer(invited, [
        ...qrLines(invited.text),
        invited.text,
        '',
        `For ${member}’s new box, from hand to hand: who reads it can take it up. It ends after a day.`,
        'there: tri steward join TEXT --address HOST:PORT --data NEW-FOLDER',
      ])
    })
  steward
    .command('join <invitation>')
    .description('make a new steward’s box: keys, a checked copy of the book, word that it is ready')
    .requiredOption(
      '--address <host:port>',
      'where other boxes reach this one; the engine takes the port above',
    )
    .action(async (invitation: string, options: { readonly address: string }, command: Command) => {
      const context = kit.context(command)
      const joined = await joinAsSteward({
        invitation,
        folder: context.folder,
        address: options.address,
        signal: context.terminal.stopping,
        told: (step, height) => context.say(stepLine(step, height)),
      })
      context.answer(joined, [
        `${joined.member} holds the book of ${joined.community} up to block ${joined.height}${joined.isSteward ? ' and is a steward' : ', without a vote until she is voted in'}.`,
        `next: tri up --data ${joined.folder}`,
      ])
    })
}

function stepLine(step: 'checked' | 'ready', height: number): string {
  return step === 'checked'
    ? `the book is here and checked up to block ${height}`
    : 'ready; waiting for the stewards: tri steward add on the box that invited. Ctrl-C stops.'
}

function addChanges(steward: Command, kit: CommandKit): void {
  const proposing = (name: string, description: string) => steward.command(name).description(description)
  proposing('add', 'propose that the boxes which are ready become stewards').action(
    async (_: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      tellProposed(context, await owner.run('steward-add', {}))
    },
  )
  proposing('approve [proposal]', 'approve what another steward proposed').action(
    async (proposal: string | undefined, _: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      tellProposed(context, await owner.run('steward-approve', proposal === undefined ? {} : { proposal }))
    },
  )
  proposing('replace <old> <new>', 'propose a box that is ready in the place of a steward').action(
    async (old: string, by: string, _: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      tellProposed(context, await owner.run('steward-replace', { old, by }))
    },
  )
  proposing('remove <members...>', 'propose the stewards without these').action(
    async (members: string[], _: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      tellProposed(context, await owner.run('steward-remove', { members }))
    },
  )
  proposing('rotate', 'propose a new signing key for this box; it is taken once the others agree').action(
    async (_: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      tellProposed(context, await owner.run('steward-rotate', {}))
    },
  )
}

interface Proposed {
  readonly stewards: readonly string[]
  readonly approvals: number
  readonly needed: number
  readonly isInForce: boolean
}

function tellProposed(context: Context, proposed: Proposed): void {
  const { stewards, approvals, needed, isInForce } = proposed
  context.answer(proposed, [
    `stewards: ${stewards.join(', ')}`,
    isInForce
      ? 'in force'
      : `proposed; ${approvals} of ${needed} stewards agree so far. The others: tri steward approve`,
  ])
}

function addStatus(steward: Command, kit: CommandKit): void {
  steward
    .command('status')
    .description('who keeps the book, who is connected, what is proposed, who is ready')
    .action(async (_: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const report = await owner.run('steward-status', {})
      const { stewards, proposals, ready, incidents } = report
      context.answer(report, [
        `engine    ${report.engine}, ${report.state}, block ${report.height}, ${report.waiting} waiting`,
        `stewards  ${stewards.length}; ${report.mayFail} of them may fail or lie`,
        ...tableLines(
          [
            {
              title: 'steward',
              of: ({ member, isThisBox }) => (isThisBox ? `${member} (this box)` : member),
            },
            { title: 'address', of: ({ address }) => address ?? '-' },
            { title: 'connected', of: ({ isConnected }) => (isConnected ? 'yes' : 'no') },
          ],
          stewards,
        ),
        ...ready.map(({ member, height }) => `ready     ${member}, with the book up to block ${height}`),
        ...proposals.map(
          ({ proposal, by, stewards: set, approvals, needed }) =>
            `proposed  ${proposal} by ${by}: ${set.join(', ')}; ${approvals.length} of ${needed} agree`,
        ),
        ...incidents.map(({ kind, height }) => `INCIDENT  ${kind} at block ${height}`),
      ])
      if (report.state === 'failed') kit.exitWith(EXIT.failed)
    })
}

function addSaving(steward: Command, kit: CommandKit): void {
  steward
    .command('backup <folder>')
    .description('copy the book and what belongs to it; never the key that signs blocks')
    .action(async (folder: string, _: unknown, command: Command) => {
      const context = kit.context(command)
      const backup = await backUp(context.folder, folder)
      context.answer(backup, [
        `${backup.files.length} files, ${Math.ceil(backup.bytes / 1_000_000)} MB in ${backup.folder}`,
        'it holds members’ keys: keep it where only you read it',
      ])
    })
  steward
    .command('restore <folder>')
    .description('put a copy back into a new data folder, and check it')
    .action(async (folder: string, _: unknown, command: Command) => {
      const context = kit.context(command)
      const restored = await restoreBackup(folder, context.folder)
      context.answer(restored, [
        `the book is whole up to block ${restored.height}, state root ${restored.stateRoot}`,
        restored.goesOn
          ? `next: tri up --data ${context.folder}. The box it was copied from must never run again.`
          : 'this box has no signing key, and must not have the old one: let another steward invite it (tri steward invite), then tri steward join',
      ])
    })
}

function qrLines(text: string): string[] {
  return encodeQr(text, 'ascii', { ecc: 'low' }).trimEnd().split('\n')
}
