import type { Command } from 'commander'
import encodeQr from 'qr'

import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'

/** `tri refounding`: when too many stewards are gone for good, the members name another. */
export function addRefoundingCommands(program: Command, kit: CommandKit): void {
  const refounding = program
    .command('refounding')
    .description('found the chain anew, with the signatures of more than half of the members')
  addAsking(refounding, kit)
  addSigning(refounding, kit)
}

function addAsking(refounding: Command, kit: CommandKit): void {
  refounding
    .command('ask')
    .description('a text for the members to sign: this box would keep the book alone; nothing changes yet')
    .action(async (_: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const asked = await owner.run('refounding-ask', {})
      context.answer(asked, [
        ...qrLines(asked.text),
        asked.text,
        '',
        `${asked.member} would keep the book alone after block ${asked.height}; others can join as before.`,
        `More than half of ${asked.of} members must sign. Each, on her own node: tri refounding sign TEXT --member HER-ID`,
        'Then here: tri refounding add SIGNATURES, and tri refounding begin.',
      ])
    })
  refounding
    .command('add <signatures...>')
    .description('take in what members have signed')
    .action(async (texts: readonly string[], _: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const count = await owner.run('refounding-add', { texts: [...texts] })
      context.answer(count, [
        `${count.signed} of ${count.of} members have signed: ${count.isEnough ? 'enough. tri refounding begin' : 'not enough yet'}`,
      ])
    })
  refounding
    .command('begin')
    .description('end the old chain on this box; the next start goes on alone')
    .action(async (_: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const begun = await owner.run('refounding-begin', {})
      context.answer(begun, [
        ...qrLines(begun.text),
        begun.text,
        '',
        'This is the new genesis: hang it beside the old one. Proofs are believed against both.',
        'next: stop the node and start it again (tri up)',
      ])
    })
}

function addSigning(refounding: Command, kit: CommandKit): void {
  refounding
    .command('sign <text>')
    .description('sign a founding anew, for a member whose key this node holds')
    .requiredOption('--member <member>', 'who signs')
    .action(async (text: string, options: { readonly member: string }, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const signed = await owner.run('refounding-sign', { text, member: options.member })
      context.answer(signed, [
        ...qrLines(signed.text),
        signed.text,
        '',
        `Signed by ${signed.member}: after block ${signed.height} the steward with the key ${signed.stewards.join(' ')} keeps the book.`,
        'Only whoever asked can use it: hand it over, or keep it if you are not sure.',
      ])
    })
}

function qrLines(text: string): string[] {
  return [...encodeQr(text, 'ascii', { border: 2 }).split('\n'), '']
}
