import { randomUUID } from 'node:crypto'

import { epochMs, slotStart, type EpochMs } from '@tri/units'
import type { Figure } from '@tri/platform'

import type { OpenNode } from '../daemon/open-node.ts'
import { homeSource } from '../outwards/home-source.ts'
import { householdFigures } from '../outwards/household-figures.ts'
import { openOutwards, type Outwards } from '../outwards/open-outwards.ts'
import { readOutwards } from '../outwards/outwards-file.ts'
import type { OutwardsEvent } from '../outwards/outwards-sources.ts'
import { NODE_VERSION } from '../version.ts'
import { machinePorts } from './device-wishes.ts'
import type { HouseholdEvent } from './household.ts'
import type { MeterSlot } from './meter-slots.ts'
import type { HouseholdDesk } from './open-household.ts'

/**
 * Tells the household's own systems what this node knows of its home, as far as the data folder asks for it.
 *
 * @returns undefined where nothing is to be told, or no household is known yet: it is told from the next start on
 * @throws Fault `outwards-file-unusable`, `outwards-member-unknown`
 */
export async function tellOutwards(
  node: OpenNode,
  desk: HouseholdDesk,
  failed: (cause: unknown) => void,
): Promise<Outwards | undefined> {
  const settings = await readOutwards(node.folder.path)
  const member = desk.household?.member
  if (settings === undefined || member === undefined) return undefined
  const sources = {
    home: homeSource(node.view, member),
    devices: desk,
    onEvent: (tell: (event: OutwardsEvent) => void) =>
      desk.listen((event) => {
        for (const one of eventsOf(event)) tell(one)
      }),
  }
  const ports = { ...machinePorts(), store: node.notes, newId: randomUUID, version: NODE_VERSION, failed }
  return openOutwards(settings, sources, ports)
}

/** What a monitor reads of the household's devices, vault and statements. */
export function deskFigures(desk: HouseholdDesk, outwards: Outwards | undefined, now: EpochMs): Figure[] {
  const figures = desk.household?.figures()
  if (figures === undefined) return []
  const sources = {
    devices: () => desk.reports(),
    vault: () => ({
      bytes: desk.vaultBytes(),
      lastAppendAt: figures.lastKeptAt,
      appendsRefused: figures.readingsRefused,
    }),
    statements: () => ({
      waiting: figures.statementsWaiting,
      sent: figures.statementsSent,
      refused: figures.statementsRefused,
      oldestAt: figures.oldestStatementAt,
    }),
  }
  const told = outwards === undefined ? {} : { outwards: () => outwards.report() }
  return householdFigures({ ...sources, ...told }, now)
}

function eventsOf(event: HouseholdEvent): OutwardsEvent[] {
  if (event.is === 'slots') return gapsIn(event.slots)
  if (event.is === 'incident') {
    const { is, meter, at } = event.incident
    return [{ kind: 'incident', is, meter, at: epochMs(at) }]
  }
  if (event.is === 'residual') {
    const { from, cause } = event.incident
    return [{ kind: 'incident', is: cause.is, meter: undefined, at: slotStart(from) }]
  }
  if (event.is !== 'statement-refused') return []
  const { meter, slot } = event.statement.statement
  return [{ kind: 'statement-refused', meter, slot, refusal: event.refusal }]
}

/** Gaps that follow one another, for the same reason, are one. */
function gapsIn(slots: readonly MeterSlot[]): OutwardsEvent[] {
  const gaps: Extract<OutwardsEvent, { kind: 'gap' }>[] = []
  for (const { meter, change } of slots) {
    if (change.is !== 'gap') continue
    const last = gaps.at(-1)
    const follows =
      last?.meter === meter && last.why === change.why && last.firstSlot + last.slots === change.slot
    if (follows) gaps.splice(-1, 1, { ...last, slots: last.slots + 1 })
    else gaps.push({ kind: 'gap', meter, firstSlot: change.slot, slots: 1, why: change.why })
  }
  return gaps
}
