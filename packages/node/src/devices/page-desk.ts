import { DEVICE_TEMPLATES, DEVICES_MAX, scanDevices, tryDevice, type FoundDevice } from '@tri/meters'
import { Fault, accept, refuse, type EpochMs, type Outcome } from '@tri/units'

import { machinePorts } from '../daemon/machine-ports.ts'
import type { OpenNode } from '../daemon/open-node.ts'
import { serialPorts } from './device-wishes.ts'
import type { AddRefusal, DeviceDesk, RemoveRefusal, ScanState, SettingsRefusal } from './device-desk.ts'
import { incidentList } from './incident-list.ts'
import type { HouseholdDesk } from './open-household.ts'

/** How long a page listens at each place of a search, ms; a meter of before 2014 speaks every ten seconds. */
const SCAN_MS = 12_000
/** How long a page waits for one device, ms. */
const TEST_MS = 12_000

const SETTINGS_REFUSALS: readonly SettingsRefusal[] = ['template-unknown', 'line-not-for-template']

/**
 * The household's devices as its pages see them: those of the member whose device was added first, or of the only member
 * whose key this node holds.
 */
export function pageDesk(node: OpenNode, desk: HouseholdDesk, closing: AbortSignal): DeviceDesk {
  const { view, keys } = node
  // A port that a device is read over is left alone: a search would change its speed under the reader.
  const inUse = () =>
    new Set(desk.reports().flatMap(({ settings: { line } }) => ('path' in line ? [line.path] : [])))
  const search = searchOver(closing, inUse)
  const incidents = incidentList()
  const silence = desk.listen((event) => incidents.take(event))
  closing.addEventListener('abort', silence, { once: true })
  const owner = () => desk.household?.member ?? (keys.members.length === 1 ? keys.members[0] : undefined)
  return {
    get owner() {
      return owner()
    },
    now: machinePorts().now,
    reports: () => desk.reports(),
    templates: () => DEVICE_TEMPLATES,
    meters: () =>
      view.document.meters.flatMap(({ id, member, role }) =>
        member === owner() ? [{ id, role: role ?? 'connection' }] : [],
      ),
    incidents: () => incidents.list(),
    startScan: search.start,
    scanState: search.state,
    test: async (settings, signal) => {
      const outcome = await refusalsOf(SETTINGS_REFUSALS, async () => {
        const ports = { ...machinePorts(), signal: AbortSignal.any([signal, closing]) }
        return await tryDevice(settings, TEST_MS, ports)
      })
      return outcome
    },
    add: async (settings) => {
      const { id, meter } = settings
      if (desk.reports().length >= DEVICES_MAX) return refuse('devices-full')
      const hers = view.document.meters.some((one) => one.id === meter && one.member === owner())
      if (meter !== undefined && !hers) return refuse('meter-not-yours')
      const added = await refusalsOf<AddRefusal, void>([...SETTINGS_REFUSALS, 'device-exists'], async () => {
        await desk.add(settings, owner())
      })
      if (!added.ok) return added
      const report = desk.reports().find((one) => one.settings.id === id)
      return report === undefined ? refuse('devices-not-run-here') : accept(report)
    },
    remove: async (id) => {
      return await refusalsOf<RemoveRefusal, undefined>(['device-unknown'], async () => {
        await desk.remove(id)
        return undefined
      })
    },
  }
}

/** One search at a time; what it found stays until the next one. */
function searchOver(closing: AbortSignal, inUse: () => ReadonlySet<string>) {
  let running: { readonly startedAt: EpochMs; readonly finds: FoundDevice[]; isOver: boolean } | undefined
  const state = async (): Promise<ScanState> => ({
    is: running === undefined ? 'idle' : running.isOver ? 'done' : 'running',
    startedAt: running?.startedAt,
    finds: running?.finds ?? [],
    serialPorts: await serialPorts(),
  })
  const start: DeviceDesk['startScan'] = async ({ serial, hosts, broker }) => {
    if (running?.isOver === false) return refuse('scan-running')
    const taken = inUse()
    const paths = (serial === true ? await serialPorts() : serial).filter((path) => !taken.has(path))
    if (paths.length + hosts.length === 0 && broker === undefined) return refuse('scan-nowhere')
    const search = { startedAt: machinePorts().now(), finds: new Array<FoundDevice>(), isOver: false }
    running = search
    const wish = { serial: paths, hosts, broker, patienceMs: SCAN_MS }
    void scanDevices(
      wish,
      { ...machinePorts(), signal: closing },
      (found) => void search.finds.push(found),
    ).finally(() => {
      search.isOver = true
    })
    return accept(await state())
  }
  return { start, state }
}

/** Faults of these codes are answers here. */
async function refusalsOf<R extends string, T>(
  codes: readonly R[],
  work: () => Promise<T>,
): Promise<Outcome<T, R>> {
  try {
    return accept(await work())
  } catch (cause) {
    const code = cause instanceof Fault ? codes.find((one) => one === cause.code) : undefined
    if (code === undefined) throw cause
    return refuse(code)
  }
}
