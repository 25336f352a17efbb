import { InvalidArgumentError, type Command } from 'commander'

import { EXIT } from '../exit-code.ts'
import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'

/** The commands that hang the community's newest checkpoint outside of it, and look it up there. */
export function addAnchorCommands(program: Command, kit: CommandKit): void {
  const anchor = program
    .command('anchor')
    .description('a place outside where the community hangs its checkpoints')
  anchor
    .command('status')
    .description('what waits for the anchor, and what lies there')
    .action(async (_: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const status = await owner.run('anchor-status', {})
      const { placed } = status
      context.answer(status, [
        `anchor   ${status.kind}; the book is at height ${status.height}`,
        `waiting  ${status.waiting === null ? 'nothing' : `the checkpoint of height ${status.waiting}`}`,
        `placed   ${placed === null ? 'nothing' : `height ${placed.height}${status.isDeep ? '' : ', still near the end of the chain'}`}`,
      ])
    })
  addVote(anchor, kit)
  anchor
    .command('place')
    .description('hang the newest checkpoint; while the link is down it waits')
    .option('--height <height>', 'the checkpoint of this height', wholeNumber)
    .option('--vote <text...>', 'votes of other stewards, from: tri anchor vote')
    .action(
      async (options: { readonly height?: number; readonly vote?: readonly string[] }, command: Command) => {
        const context = kit.context(command)
        await using owner = await connectOwner(context)
        const { height, vote = [] } = options
        const done = await owner.run('anchor-place', { height, votes: [...vote] })
        context.answer(done, [
          done.is === 'placed'
            ? `the checkpoint of height ${done.height} hangs there`
            : `the checkpoint of height ${done.height} waits: the anchor cannot be reached now`,
        ])
        if (done.is === 'waiting') kit.exitWith(EXIT.network)
      },
    )
  anchor
    .command('verify')
    .description('look up the newest checkpoint there, and compare it with the book of this node')
    .action(async (_: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const found = await owner.run('anchor-verify', {})
      context.answer(found, [sentenceOf(found)])
      if (!found.agrees) kit.exitWith(EXIT.tampered)
      else if (found.found === null) kit.exitWith(EXIT.notFound)
    })
}

function addVote(anchor: Command, kit: CommandKit): void {
  anchor
    .command('vote')
    .description('this steward’s signature under a checkpoint, for the one who places it in a contract')
    .option('--height <height>', 'the checkpoint of this height', wholeNumber)
    .action(async ({ height }: { readonly height?: number }, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const vote = await owner.run('anchor-vote', { height })
      context.answer(vote, [vote.vote])
    })
}

interface Verified {
  readonly found: { readonly height: number; readonly header: string } | null
  readonly agrees: boolean
  readonly standing: string | null
}

function sentenceOf({ found, agrees, standing }: Verified): string {
  if (found === null) return 'nothing of this community hangs there'
  if (!agrees) return `TAMPERED: at height ${found.height} the anchor holds another history than this node`
  return `height ${found.height} hangs there (${standing}) and is the block of this node: ${found.header}`
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('a whole number')
  return Number(text)
}
