import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as waitFor } from 'node:timers/promises'

import {
  METER_FAULTS,
  canMakeSerial,
  lineText,
  openBroker,
  openVirtualMeter,
  type LineSettings,
  type MeterFault,
  type MeterFace,
  type VirtualKind,
  type VirtualMeter,
} from '@tri/meters'
import { Fault, epochMs, present, slotStart, wattHour, type EpochMs } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { z } from 'zod'

import { demoScript } from '../demo/demo-script.ts'
import { BORGO_SOLE, openPack, type Pack } from '../demo/pack.ts'
import { SPEEDS, isSpeed, timeOf, type VirtualClock } from '../demo/virtual-clock.ts'
import { askOwnerDoor, openOwnerDoor } from '../owner/door.ts'
import { problemSentence } from '../problem.ts'
import {
  STREET_MIX,
  openPlace,
  type StreetGround,
  type StreetPlace,
  type StreetReach,
} from './street-devices.ts'

/** A virtual device of a street, and where it is found. */
export interface StreetDevice {
  readonly home: string
  readonly device: string
  /** The kind of virtual meter, which is the template that reads it. */
  readonly template: VirtualKind
  /** As `tri device add --on` takes it. */
  readonly on: string
}

/** Places to look at, as `tri device scan` takes them. */
export interface StreetPlaces {
  readonly serial: readonly string[]
  readonly hosts: readonly string[]
  readonly broker: string
}

/** A street of virtual meters on this machine. */
export interface StreetLab extends AsyncDisposable {
  readonly devices: readonly StreetDevice[]
  readonly places: StreetPlaces
  /** False where `socat` is missing: what would be on serial ports is behind bridges over TCP. */
  readonly hasSerial: boolean
  /** What a device shows at this moment. */
  faceOf(device: string): MeterFace
}

/** Where a street lies, how large it is, and how it is played. */
export interface StreetOptions {
  /** Made anew, and removed when the street ends. */
  readonly folder: string
  readonly homes: number
  /** The same seed gives the same homes with the same meters. */
  readonly seed: number
  /** How many times as fast as the wall's clock the year is played: then registers run ahead of the power that is shown. */
  readonly speed: number
  /** False for a street without serial ports, as where `socat` is missing. */
  readonly hasSerial?: boolean
  /** The neighbourhood whose homes they are; Borgo Sole unless told. */
  readonly pack?: Pack
  /** ms of the wall's clock, and a wait by it; the machine's own unless told. */
  readonly now?: () => EpochMs
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

const MARK = 'street.json'
const TELEGRAM_EVERY_MS = 1000
/** Where the registers stood when the street begins, Wh, besides what the year counted: none of its meters is new. */
const REGISTER_BEFORE_WH = 4_000_000

const markShape = z.looseObject({ format: z.literal('tri/street/1'), door: z.string() })
const faultShape = z.strictObject({ home: z.string().max(64) })

/**
 * Starts the meters of so many homes of Borgo Sole, each with a protocol of its own, on serial ports, sockets and a broker
 * of this machine. What they show follows the played year.
 *
 * @throws Fault `street-size-unusable`, `speed-unusable`, `lab-folder-in-use`
 */
export async function openStreetLab(options: StreetOptions): Promise<StreetLab> {
  const { folder, now = () => epochMs(Date.now()), wait = pause } = options
  const pack = options.pack ?? (await openedPack())
  const homes = chosenHomes(pack, options)
  const clock = streetClock(pack, options, now())
  await emptied(folder)
  await using opening = new AsyncDisposableStack()
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  const broker = opening.use(await openBroker({ port: 0 }))
  const hasSerial = options.hasSerial ?? canMakeSerial()
  const ground = {
    serialFolder: hasSerial ? folder : undefined,
    broker: `mqtt://127.0.0.1:${broker.port}`,
    opened: opening,
  }
  const shows = (source: string) =>
    faceShown(pack, source, () => ({ at: now(), played: timeOf(clock, now()) }))
  const devices = await placed(homes, ground, shows)
  const door = opening.use(await openOwnerDoor(folder, async (task, input) => playOn(devices, task, input)))
  const told = devices.map(({ home, device, meter, line }) => ({
    home,
    device,
    template: meter.kind,
    on: lineText(line),
  }))
  const places = placesOf(devices, ground.broker)
  const mark = { format: 'tri/street/1', door: door.path, devices: told, places }
  await writeFile(join(folder, MARK), `${JSON.stringify(mark, undefined, 2)}\n`)
  const ending = new AbortController()
  const ticking = tickUntil(ending.signal, devices, wait)
  opening.defer(() => ticking)
  opening.defer(() => ending.abort())
  const held = opening.move()
  return {
    devices: told,
    places,
    hasSerial,
    faceOf: (name) =>
      present(
        devices.find(({ device }) => device === name),
        'a device of the street',
      ).meter.face(),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/**
 * Plays a fault on the connection meter of a home of the street that runs in a folder; `mended` ends what was played.
 *
 * @throws Fault `street-not-running`, `street-home-unknown`
 */
export async function playStreetFault(folder: string, home: string, fault: MeterFault): Promise<void> {
  const text = await readFile(join(folder, MARK), 'utf8').catch(() => undefined)
  if (text === undefined) throw new Fault('street-not-running', { path: folder })
  const { door } = markShape.parse(JSON.parse(text))
  await askOwnerDoor(door, fault, { home }, () => undefined)
}

interface Placed extends StreetPlace {
  readonly home: string
  readonly device: string
  readonly meter: VirtualMeter
}

interface Home {
  readonly name: string
  /** Its meter in Borgo Sole. */
  readonly source: string
  /** The meter of its roof, where it has one. */
  readonly roof: string | undefined
  readonly kind: VirtualKind
  readonly by: StreetReach
}

/** Homes in an order that the seed draws, and a mix of meters that begins where the seed says. */
function chosenHomes({ document, played }: Pack, { homes, seed }: StreetOptions): Home[] {
  const households = new Set(document.members.filter(({ kind }) => kind === 'household').map(({ id }) => id))
  const connections = document.meters.filter(
    ({ member, role = 'connection' }) => role === 'connection' && households.has(member),
  )
  if (!Number.isInteger(homes) || homes < 1 || homes > connections.length)
    throw new Fault('street-size-unusable', { homes, most: connections.length })
  const roofs = new Set(played.columns.meters)
  const lot = (id: string) => hex(sha256(new TextEncoder().encode(`${seed}\n${id}`)))
  const drawn = connections
    .map(({ id }) => ({ id, lot: lot(id) }))
    .toSorted((a, b) => (a.lot < b.lot ? -1 : 1))
  return drawn.slice(0, homes).map(({ id }, index) => {
    const roof = `${id}-produzione`
    const { kind, by } = present(STREET_MIX[(index + seed) % STREET_MIX.length], 'the mix goes round')
    return { name: `home-${index + 1}`, source: id, roof: roofs.has(roof) ? roof : undefined, kind, by }
  })
}

async function placed(
  homes: readonly Home[],
  ground: StreetGround,
  shows: (source: string) => () => MeterFace,
): Promise<Placed[]> {
  const devices: Placed[] = []
  for (const { name, source, roof, kind, by } of homes) {
    const meter = openVirtualMeter(kind, shows(source))
    devices.push({ home: name, device: name, meter, ...(await openPlace(name, meter, by, ground)) })
    if (roof === undefined) continue
    const device = `${name}-roof`
    const plant = openVirtualMeter('sunspec-inverter', shows(roof))
    devices.push({ home: name, device, meter: plant, ...(await openPlace(device, plant, 'modbus', ground)) })
  }
  return devices
}

/** What a meter of the year shows, at the machine's own time. */
function faceShown(
  { played }: Pack,
  source: string,
  times: () => { readonly at: EpochMs; readonly played: EpochMs },
): () => MeterFace {
  const serial = `TRI${hex(sha256(new TextEncoder().encode(source))).slice(0, 8)}`
  return () => {
    const { at, played: then } = times()
    const face = present(played.faceAt(source, then), 'Borgo Sole has every quarter hour of its year')
    return {
      at,
      serial,
      importWh: wattHour(REGISTER_BEFORE_WH + face.importWh),
      exportWh: wattHour(REGISTER_BEFORE_WH + face.exportWh),
      powerW: face.powerW,
    }
  }
}

function streetClock(pack: Pack, { speed }: StreetOptions, setAtMs: EpochMs): VirtualClock {
  if (!isSpeed(speed)) throw new Fault('speed-unusable', { speed, speeds: SPEEDS.join(', ') })
  const { opensAt, played } = demoScript(pack, speed)
  const until = slotStart(played.until)
  return { setAtMs, showed: opensAt, speed, isPaused: false, until }
}

function placesOf(devices: readonly Placed[], broker: string): StreetPlaces {
  const lines = devices.map(({ line }) => line)
  return {
    serial: lines.flatMap((line) => (line.over === 'serial' ? [line.path] : [])),
    hosts: lines.flatMap((line) => hostOf(line) ?? []),
    broker,
  }
}

function hostOf(line: LineSettings): string | undefined {
  if (line.over === 'http') return new URL(line.url).host
  return line.over === 'tcp' || line.over === 'modbus-tcp' ? `${line.host}:${line.port}` : undefined
}

function playOn(devices: readonly Placed[], task: string, input: unknown): object {
  const { home } = faultShape.parse(input)
  const fault = METER_FAULTS.find((one) => one === task)
  if (fault === undefined) throw new Fault('task-unknown', { task })
  const struck = devices.find(({ device }) => device === home)
  if (struck === undefined)
    throw new Fault('street-home-unknown', { home, most: new Set(devices.map((one) => one.home)).size })
  struck.meter.play(fault)
  return { home, fault }
}

async function tickUntil(
  signal: AbortSignal,
  devices: readonly Placed[],
  wait: (ms: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    for (const device of devices) device.tick()
    await wait(TELEGRAM_EVERY_MS, signal)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await waitFor(ms, undefined, { signal }).catch(() => undefined)
}

/** A folder that holds an earlier street, or nothing, is made empty; any other is left alone. */
async function emptied(folder: string): Promise<void> {
  const text = await readFile(join(folder, MARK), 'utf8').catch(() => undefined)
  if (text !== undefined && isMark(text)) await rm(folder, { recursive: true })
  try {
    await mkdir(folder, { recursive: false, mode: 0o700 })
  } catch (cause) {
    throw new Fault('lab-folder-in-use', { path: folder }, { cause })
  }
}

function isMark(text: string): boolean {
  try {
    return markShape.safeParse(JSON.parse(text)).success
  } catch {
    return false
  }
}

async function openedPack(): Promise<Pack> {
  const pack = await openPack(BORGO_SOLE)
  if (pack.ok) return pack.value
  throw new Fault('readings-incomplete-pack', {
    path: BORGO_SOLE,
    problems: pack.refusal.map((one) => problemSentence(one)),
  })
}
