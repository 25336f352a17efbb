import { dirname, join } from 'node:path'

import { openStewardsLab, playLabFault, type LabFault, type StewardsLab } from '@tri/node'
import { InvalidArgumentError, type Command } from 'commander'

import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import type { CommandKit } from '../program.ts'
import { addStreetCommand } from './lab-street.ts'

const PORT_DEFAULT = 8090
const COUNT_DEFAULT = 4

interface StewardsOptions {
  readonly count: number
  readonly port: number
  readonly kill?: number
  readonly cut?: number
  readonly clone?: number | true
  readonly data?: string
}

/** The commands that try things out on this computer, away from any real community. */
export function addLabCommands(program: Command, kit: CommandKit): void {
  const lab = program
    .command('lab')
    .description('try what can happen, on this computer, away from any community')
  lab
    .command('stewards')
    .description('start a real quorum with pages; or do something to the one that runs')
    .option('--count <stewards>', 'how many stewards: 4, 7, 10 or 13', wholeNumber, COUNT_DEFAULT)
    .option(
      '--port <port>',
      'the port of the first steward’s pages; the others follow',
      wholeNumber,
      PORT_DEFAULT,
    )
    .option(
      '--kill <steward>',
      'kill -9 of this steward of the running lab; it is started again',
      wholeNumber,
    )
    .option('--cut <steward>', 'cut this steward’s links without a word, and join them again', wholeNumber)
    .option('--clone [steward]', 'copy this steward’s folder, and start the copy beside it', wholeNumber)
    .action(async (options: StewardsOptions, command: Command) => {
      const context = kit.context(command)
      // Without --data beside the node's own folder, so that the second command finds the lab of the first.
      const isNamed = command.optsWithGlobals<{ readonly data?: string }>().data !== undefined
      const folder = isNamed ? context.folder : join(dirname(context.folder), 'tri-lab')
      const wish = wishOf(options)
      if (wish === undefined) await run(context, folder, options)
      else if (!(await play(context, folder, wish))) kit.exitWith(EXIT.failed)
    })
  addStreetCommand(lab, kit)
}

async function run(context: Context, folder: string, { count, port }: StewardsOptions): Promise<void> {
  context.say(`starting ${count} stewards in ${folder} ...`)
  const [program = '', script = ''] = process.argv
  await using lab = await openStewardsLab({ folder, count, port, command: [program, script] })
  context.answer(answerOf(lab, folder), linesOf(lab))
  const { stopping } = context.terminal
  if (stopping.aborted) return
  await new Promise<void>((resolve) => stopping.addEventListener('abort', () => resolve(), { once: true }))
  context.say('stopping ...')
}

function answerOf({ stewards }: StewardsLab, folder: string): object {
  return {
    folder,
    stewards: stewards.map(({ seat, pages }) => ({ number: seat.number, member: seat.member, ...pages })),
  }
}

function linesOf({ stewards }: StewardsLab): string[] {
  return [
    `${stewards.length} stewards keep one book; payments are final.`,
    ...stewards.map(({ seat, pages }) => `  steward ${seat.number}  ${pages.links[0]?.url ?? pages.url}`),
    'Open Operate on one of them, and in another window:',
    '  tri lab stewards --kill 1     node and engine of one fall',
    '  tri lab stewards --cut 2      its cables are cut',
    '  tri lab stewards --clone      a thief copies its disk',
    'Stop with Ctrl-C: the lab is removed.',
  ]
}

interface Wish {
  readonly fault: LabFault
  readonly steward: number
}

function wishOf({ kill, cut, clone }: StewardsOptions): Wish | undefined {
  if (kill !== undefined) return { fault: 'kill', steward: kill }
  if (cut !== undefined) return { fault: 'cut', steward: cut }
  if (clone !== undefined) return { fault: 'clone', steward: clone === true ? 1 : clone }
  return undefined
}

/** Plays a fault; whether everything held. */
async function play(context: Context, folder: string, wish: Wish): Promise<boolean> {
  const report = await playLabFault(folder, wish, (text) => context.say(text))
  const last = report.events.at(-1)
  context.answer(report, [
    report.held
      ? `held: ${report.fault} of steward ${report.steward}, ${((last?.atMs ?? 0) / 1000).toFixed(1)} s`
      : 'BROKEN: a promise did not hold',
  ])
  return report.held
}

function wholeNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('a whole number')
  return Number(text)
}
