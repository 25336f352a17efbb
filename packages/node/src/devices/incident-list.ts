import { SLOT_MS, epochMs, slotStart } from '@tri/units'

import type { HouseholdIncident } from './device-desk.ts'
import type { HouseholdEvent } from './household.ts'

/** Incidents of a household that are remembered, newest first; the oldest go. */
export const INCIDENTS_KEPT_MAX = 50

/** Remembers what happened to the meters of a household. */
export interface IncidentList {
  take(event: HouseholdEvent): void
  list(): readonly HouseholdIncident[]
}

/** A list that is empty at first. A gap that goes on is one incident, told with its last slot. */
export function incidentList(): IncidentList {
  let kept: readonly HouseholdIncident[] = []
  const add = (incident: HouseholdIncident) => {
    const [last] = kept
    const goesOn =
      incident.kind === 'gap' &&
      last?.kind === 'gap' &&
      last.meter === incident.meter &&
      incident.at - last.at <= SLOT_MS
    kept = [incident, ...kept.slice(goesOn ? 1 : 0)].slice(0, INCIDENTS_KEPT_MAX)
  }
  return {
    take: (event) => {
      for (const incident of incidentsOf(event)) add(incident)
    },
    list: () => kept,
  }
}

function incidentsOf(event: HouseholdEvent): HouseholdIncident[] {
  if (event.is === 'slots')
    return event.slots.flatMap(({ meter, change }) =>
      change.is === 'gap' ? [{ at: slotStart(change.slot), kind: 'gap', meter }] : [],
    )
  if (event.is === 'incident') {
    const { is, meter, at } = event.incident
    return [{ at: epochMs(at), kind: is, meter }]
  }
  if (event.is === 'residual') {
    const { from, cause } = event.incident
    return [{ at: slotStart(from), kind: cause.is, meter: undefined }]
  }
  if (event.is !== 'statement-refused') return []
  const { meter, slot } = event.statement.statement
  return [{ at: slotStart(slot), kind: 'statement-refused', meter }]
}
