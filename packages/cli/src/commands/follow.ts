import { beginMemberBox, isMemberBox, lookOnce, runMemberBox, type BoxReport } from '@tri/node'
import { Fault } from '@tri/units'
import type { Command } from 'commander'

import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import type { CommandKit } from '../program.ts'
import { boxLines } from './follow-lines.ts'
import { listenOptions, withPages, type ListenFlags } from './listen-flags.ts'

interface FollowOptions extends ListenFlags {
  readonly genesis?: string
  readonly once?: boolean
}

/** `tri follow`: a member's own box, which checks everything itself and needs no steward to be trusted. */
export function addFollowCommands(program: Command, kit: CommandKit): void {
  withPages(program.command('follow [invitation]'))
    .description('a member’s own box: follows the stewards, proves her account, carries what she pays')
    .option('--genesis <text>', 'the printed text of the community’s genesis, to compare the invitation with')
    .option('--once', 'look once, say what is known, and end')
    .addHelpText(
      'after',
      '\nExample, the first time and then always:\n  tri follow tri-member:... --data ~/tri-home\n  tri follow --data ~/tri-home',
    )
    .action(async (invitation: string | undefined, options: FollowOptions, command: Command) => {
      const context = kit.context(command)
      const { folder, terminal } = context
      if (invitation !== undefined) await beginMemberBox({ invitation, folder, genesis: options.genesis })
      else if (!isMemberBox(folder)) throw new Fault('member-box-absent', { path: folder })
      const run = { folder, signal: terminal.stopping }
      if (options.once === true) {
        const report = await lookOnce(run)
        context.answer(report, boxLines(report))
        return kit.exitWith(exitOf(report))
      }
      const pages = listenOptions(options)
      await using running = await runMemberBox({ ...run, pages, told: (report) => tell(context, report) })
      const { link } = running
      context.say(`Your pages: ${link?.url ?? ''}  (works once; another: tri open)`)
      return await stopped(context)
    })
}

function exitOf({ lastLook }: BoxReport): (typeof EXIT)[keyof typeof EXIT] {
  if (lastLook === 'no-steward-answers') return EXIT.network
  return lastLook === 'no-steward-believed' ? EXIT.tampered : EXIT.ok
}

function tell(context: Context, report: BoxReport): void {
  context.answer(report, [...boxLines(report), ''])
}

async function stopped({ terminal: { stopping } }: Context): Promise<void> {
  if (stopping.aborted) return
  await new Promise<void>((done) => stopping.addEventListener('abort', () => done(), { once: true }))
}
