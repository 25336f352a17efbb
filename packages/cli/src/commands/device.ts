import { resolve } from 'node:path'

import {
  decodeFile,
  deviceFrom,
  deviceTemplates,
  lookForDevices,
  testDevice,
  type DeviceEntry,
  type FoundEntry,
  type SeenNow,
} from '@tri/node'
import { Fault } from '@tri/units'
import type { Command } from 'commander'

import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'
import { kilowattHours } from '../quantities.ts'
import { tableLines } from '../table.ts'
import { reportLines } from './decode-lines.ts'

interface DecodeOptions {
  readonly protocol?: string
  readonly key?: string
  readonly authKey?: string
}

interface ScanOptions {
  readonly serial?: readonly string[]
  readonly host?: readonly string[]
  readonly broker?: string
  readonly seconds: string
}

interface DeviceOptions {
  readonly template: string
  readonly on: string
  readonly role?: string
  readonly meter?: string
  readonly reversed?: boolean
  readonly user?: string
  readonly seconds: string
}

interface AddOptions extends DeviceOptions {
  readonly member?: string
  readonly untested?: boolean
}

const SECONDS_MAX = 3600
/** Keys and passwords come by the environment: what stands on a command line is seen by everybody on the machine. */
const SECRETS = {
  key: 'TRI_METER_KEY',
  authenticationKey: 'TRI_METER_AUTH_KEY',
  password: 'TRI_DEVICE_PASSWORD',
} as const

/** `tri device`: the meters, plants and chargers of a household. */
export function addDeviceCommands(program: Command, kit: CommandKit): void {
  const device = program.command('device').description('meters, plants and chargers of the household')
  addScan(device, kit)
  addTest(device, kit)
  addAdd(device, kit)
  addListAndRemove(device, kit)
  addDecode(device, kit)
}

function addScan(device: Command, kit: CommandKit): void {
  device
    .command('scan')
    .description(
      'look for devices and show a live value of each; nothing is kept, nothing is written to a device',
    )
    .option('--serial <paths...>', 'serial ports to listen to (default: those of this machine)')
    .option('--host <hosts...>', 'hosts to ask, such as 192.168.1.20 or 192.168.1.20:1502')
    .option('--broker <url>', 'an MQTT broker to listen to, such as mqtt://127.0.0.1:1883')
    .option('--seconds <count>', 'how long each place is listened to', '12')
    .addHelpText('after', '\nExample:\n  tri device scan --host 192.168.1.20 --broker mqtt://127.0.0.1:1883')
    .action(async ({ serial, host = [], broker, seconds }: ScanOptions, command: Command) => {
      const context = kit.context(command)
      const found: FoundEntry[] = []
      const wish = { serial, hosts: host, broker, seconds: secondsFrom(seconds), folder: context.folder }
      await lookForDevices(wish, context.terminal.stopping, (entry) => {
        found.push(entry)
        context.say(`found: ${entry.title}, ${entry.on}`)
      })
      context.answer({ found }, scanLines(found))
    })
}

function addTest(device: Command, kit: CommandKit): void {
  withDevice(device.command('test'))
    .description('listen to a device until it says something, and keep nothing')
    .addHelpText('after', '\nExample:\n  tri device test --template p1 --on /dev/ttyUSB0')
    .action(async (options: DeviceOptions, command: Command) => {
      const context = kit.context(command)
      const settings = deviceFrom({ id: 'test', ...wishOf(options, context.terminal.environment) })
      const { seen } = await testDevice(settings, secondsFrom(options.seconds), context.terminal.stopping)
      context.answer({ seen }, seenLines(seen))
    })
}

function addAdd(device: Command, kit: CommandKit): void {
  withDevice(device.command('add <name>'))
    .description('listen to a device once, then read it from now on')
    .option('--member <member>', 'whose device it is, where the node holds several keys')
    .option('--untested', 'add it although it says nothing now')
    .addHelpText(
      'after',
      '\nExample:\n  tri device add house --template p1 --on /dev/ttyUSB0 --meter home-1-meter',
    )
    .action(async (id: string, options: AddOptions, command: Command) => {
      const context = kit.context(command)
      const wished = deviceFrom({ id, ...wishOf(options, context.terminal.environment) })
      const tested =
        options.untested === true
          ? undefined
          : await testDevice(wished, secondsFrom(options.seconds), context.terminal.stopping)
      await using owner = await connectOwner(context)
      const added = await owner.run('add-device', {
        settings: tested?.settings ?? wished,
        member: options.member,
      })
      context.answer({ ...added, seen: tested?.seen ?? null }, [
        `${added.id}  ${added.title}, ${added.on}`,
        ...(tested === undefined ? [] : seenLines(tested.seen)),
        'next: tri device list',
      ])
    })
}

function addListAndRemove(device: Command, kit: CommandKit): void {
  device
    .command('list')
    .description('the devices of the household, and what they do where the node runs')
    .option('--templates', 'the kinds of device that the node knows instead')
    .action(async ({ templates }: { readonly templates?: boolean }, command: Command) => {
      const context = kit.context(command)
      if (templates === true) {
        const known = deviceTemplates()
        return context.answer({ templates: known }, templateLines(known))
      }
      await using owner = await connectOwner(context)
      const devices = await owner.run('list-devices', {})
      context.answer(
        { devices },
        devices.length === 0 ? ['no device yet: tri device scan'] : deviceLines(devices),
      )
    })
  device
    .command('remove <name>')
    .description('stop reading a device; what it said stays in the vault')
    .action(async (id: string, _: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const removed = await owner.run('remove-device', { id })
      context.answer(removed, [`${id} is read no more; what it said stays in the vault`])
    })
}

function addDecode(device: Command, kit: CommandKit): void {
  device
    .command('decode <file>')
    .description(
      'print every frame of a capture: the verdict of its check, and its values where they may be used',
    )
    .option('--protocol <protocol>', 'what the device speaks; found by looking when left out')
    .option('--key <hex>', 'key of an encrypted meter, 32 hexadecimal digits')
    .option('--auth-key <hex>', 'its authentication key, where the grid operator gave one')
    .addHelpText('after', '\nExample:\n  tri device decode capture.bin --json')
    .action(async (file: string, { protocol, key, authKey }: DecodeOptions, command: Command) => {
      const context = kit.context(command)
      const report = await decodeFile({ file: resolve(file), protocol, key, authenticationKey: authKey })
      context.answer(report, reportLines(report))
    })
}

function withDevice(command: Command): Command {
  return command
    .requiredOption('--template <kind>', 'what kind of device it is: tri device list --templates')
    .requiredOption(
      '--on <line>',
      'where it is: /dev/ttyUSB0, tcp://host:port, http://host/path, mqtt://host/topic, ...',
    )
    .option('--role <role>', 'grid, plant, storage, load, charger or heat, where the template says otherwise')
    .option('--meter <meter>', 'the meter of the community that it reads')
    .option('--reversed', 'its clamp was put on the other way round')
    .option('--user <name>', 'user of the device; its password is taken from TRI_DEVICE_PASSWORD')
    .option('--seconds <count>', 'how long it is listened to', '12')
}

function wishOf(
  { template, on, role, meter, reversed, user }: DeviceOptions,
  environment: Readonly<Record<string, string | undefined>>,
) {
  return {
    template,
    on,
    role,
    meter,
    reversed,
    user,
    key: environment[SECRETS.key],
    authenticationKey: environment[SECRETS.authenticationKey],
    password: environment[SECRETS.password],
  }
}

function secondsFrom(text: string): number {
  const seconds = Number(text)
  if (!(seconds > 0 && seconds <= SECONDS_MAX))
    throw new Fault('option-unusable', { option: '--seconds', value: text, choices: `1 to ${SECONDS_MAX}` })
  return seconds
}

function scanLines(found: readonly FoundEntry[]): string[] {
  if (found.length === 0)
    return ['nothing found. Name places with --serial, --host or --broker, or listen longer with --seconds.']
  return [
    ...tableLines(
      [
        { title: 'KIND', of: ({ template }) => template },
        { title: 'WHERE', of: ({ on }) => on },
        { title: 'POWER', of: ({ seen }) => watts(seen), align: 'right' },
        { title: 'IMPORT', of: ({ seen }) => energy(seen.importWh), align: 'right' },
        { title: 'EXPORT', of: ({ seen }) => energy(seen.exportWh), align: 'right' },
      ],
      found,
    ),
    '',
    ...found
      .slice(0, 1)
      .map(({ template, on }) => `next: tri device add NAME --template ${template} --on '${on}'`),
  ]
}

function deviceLines(devices: readonly DeviceEntry[]): string[] {
  return tableLines(
    [
      { title: 'NAME', of: ({ id }) => id },
      { title: 'KIND', of: ({ template }) => template },
      { title: 'ROLE', of: ({ role }) => role },
      { title: 'METER', of: ({ meter }) => meter ?? '-' },
      {
        title: 'STATE',
        of: ({ state, problem }) => (problem === null ? (state ?? 'not read now') : `${state} (${problem})`),
      },
      {
        title: 'POWER',
        of: ({ powerW }) => (powerW === null ? '-' : `${Math.round(powerW)} W`),
        align: 'right',
      },
      {
        title: 'FRAMES',
        of: ({ frames }) => (frames === null ? '-' : String(frames.valid + frames.absent)),
        align: 'right',
      },
      { title: 'BAD', of: ({ frames }) => (frames === null ? '-' : String(frames.invalid)), align: 'right' },
      { title: 'WHERE', of: ({ on }) => on },
    ],
    devices,
  )
}

function templateLines(templates: ReturnType<typeof deviceTemplates>): string[] {
  return tableLines(
    [
      { title: 'KIND', of: ({ template }) => template },
      { title: 'ROLE', of: ({ role }) => role },
      { title: 'OVER', of: ({ over }) => over.join(', ') },
      { title: 'WHAT', of: ({ title }) => title },
    ],
    templates,
  )
}

function seenLines(seen: SeenNow): string[] {
  return [
    `power   ${watts(seen)}`,
    `import  ${energy(seen.importWh)}`,
    `export  ${energy(seen.exportWh)}`,
    ...(seen.charge100 === undefined ? [] : [`charge  ${seen.charge100} %`]),
  ]
}

const watts = ({ powerW }: SeenNow) => (powerW === undefined ? '-' : `${Math.round(powerW)} W`)
const energy = (wh: number | undefined) => (wh === undefined ? '-' : kilowattHours(wh))
