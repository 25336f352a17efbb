import { randomUUID } from 'node:crypto'

import type { EpochMs } from '@tri/units'
import type { Figure } from '@tri/platform'

import { machinePorts } from '../daemon/machine-ports.ts'
import type { OpenNode } from '../daemon/open-node.ts'
import { homeSource } from '../outwards/home-source.ts'
import {
  gapEvents,
  meterIncidentEvent,
  residualIncidentEvent,
  statementRefusedEvent,
} from '../outwards/household-events.ts'
import { householdFigures } from '../outwards/household-figures.ts'
import { openOutwards, type Outwards } from '../outwards/open-outwards.ts'
import { readOutwards } from '../outwards/outwards-file.ts'
import type { OutwardsEvent } from '../outwards/outwards-sources.ts'
import { NODE_VERSION } from '../version.ts'
import type { HouseholdEvent } from './household.ts'
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
  if (event.is === 'slots') return gapEvents(event.slots)
  if (event.is === 'incident') return [meterIncidentEvent(event.incident)]
  if (event.is === 'residual') return [residualIncidentEvent(event.incident)]
  return event.is === 'statement-refused' ? [statementRefusedEvent(event.statement, event.refusal)] : []
}
