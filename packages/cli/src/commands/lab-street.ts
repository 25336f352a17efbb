import { dirname, join } from 'node:path'

import { METER_FAULTS, openStreetLab, playStreetFault, type MeterFault, type StreetLab } from '@tri/node'
import { InvalidArgumentError, type Command } from 'commander'

import type { CommandKit } from '../program.ts'
import { tableLines } from '../table.ts'

const HOMES_DEFAULT = 20
const SEED_DEFAULT = 7
const SPEED_DEFAULT = 1

interface StreetCommandOptions {
  readonly homes: number
  readonly seed: number
  readonly speed: number
  readonly fault?: FaultWish
  readonly data?: string
}

interface FaultWish {
  readonly home: string
  readonly fault: MeterFault
}

/** `tri lab street`: homes of virtual meters that speak the real protocols. */
export function addStreetCommand(lab: Command, kit: CommandKit): void {
  lab
    .command('street')
    .description('start virtual meters of a street; or let something happen to one of them')
    .option('--homes <count>', 'how many homes, 1 to 42', wholeNumber, HOMES_DEFAULT)
    .option('--speed <times>', 'how fast their year runs: 1, 60 or 900', wholeNumber, SPEED_DEFAULT)
    .option(
      '--seed <number>',
      'the same seed gives the same homes with the same meters',
      wholeNumber,
      SEED_DEFAULT,
    )
    .option('--fault <home:fault>', `to a home of the running street: ${METER_FAULTS.join(', ')}`, faultWish)
    .addHelpText('after', '\nExamples:\n  tri lab street --homes 5\n  tri lab street --fault home-3:silence')
    .action(async (options: StreetCommandOptions, command: Command) => {
      const context = kit.context(command)
      // Without --data beside the node's own folder, so that the second command finds the street of the first.
      const isNamed = command.optsWithGlobals<{ readonly data?: string }>().data !== undefined
      const folder = isNamed ? context.folder : join(dirname(context.folder), 'tri-street')
      if (options.fault !== undefined) {
        const { home, fault } = options.fault
        await playStreetFault(folder, home, fault)
        context.answer({ home, fault }, [`${home}: ${fault}`])
        return
      }
      const { homes, seed, speed } = options
      context.say(`starting the meters of ${homes} homes in ${folder} ...`)
      await using street = await openStreetLab({ folder, homes, seed, speed })
      if (!street.hasSerial)
        context.say('socat is not installed: what would be on serial ports is behind bridges over TCP')
      context.answer({ folder, devices: street.devices, places: street.places }, linesOf(street))
      const { stopping } = context.terminal
      if (stopping.aborted) return
      await new Promise<void>((resolve) =>
        stopping.addEventListener('abort', () => resolve(), { once: true }),
      )
      context.say('stopping ...')
    })
}

function linesOf({ devices, places }: StreetLab): string[] {
  const { serial, hosts, broker } = places
  return [
    ...tableLines(
      [
        { title: 'home', of: ({ home }) => home },
        { title: 'device', of: ({ device }) => device },
        { title: 'speaks', of: ({ template }) => template },
        { title: 'where', of: ({ on }) => on },
      ],
      devices,
    ),
    '',
    'In another window:',
    `  ${['tri device scan', ...flag('--serial', serial), ...flag('--host', hosts), '--broker', broker].join(' ')}`,
    '  tri lab street --fault home-1:silence',
    'Stop with Ctrl-C: the street is removed.',
  ]
}

function flag(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [name, ...values]
}

function faultWish(text: string): FaultWish {
  const [home = '', name = ''] = text.split(':')
  const fault = METER_FAULTS.find((one) => one === name)
  if (fault === undefined || home === '')
    throw new InvalidArgumentError(`a home and a fault, such as home-3:silence; ${METER_FAULTS.join(', ')}`)
  return { home, fault }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number')
  return Number(text)
}
