import { accept, epochMs, slot } from '@tri/units'

import type { SlotRange } from './event.ts'
import type { KeyValue } from './key-value.ts'
import { OBJECTION_DAYS, OBJECTION_MS } from './limits.ts'
import type { OperationOf } from './operation.ts'
import { no } from './refusal.ts'
import { coordinatorOnly, type Played, type Scene } from './scene.ts'
import {
  certificatesIn,
  readSettlementVersion,
  recordBytes,
  settledPeriodsIn,
  type Certificate,
} from './state.ts'
import { stateKeys } from './state-keys.ts'

/** Declares a period final: wholly settled, nothing to restate, every statement measured or substituted by a rule. */
export function playFinalise(scene: Scene, operation: OperationOf<'energy.finalise'>): Played {
  const refused = coordinatorOnly(scene)
  if (refused !== undefined) return refused
  const range = { firstSlot: slot(operation.firstSlot), slots: operation.slots }
  const wrong = certifiedAlready(scene.store, range) ?? unready(scene.store, range)
  if (wrong !== undefined) return wrong
  writeCertificate(scene.store, { ...range, at: epochMs(operation.at), by: operation.by })
  return accept([{ is: 'period-certified', ...range }])
}

function writeCertificate(store: KeyValue, certificate: Certificate): void {
  store.set(stateKeys.certificate(certificate.firstSlot + certificate.slots), recordBytes(certificate))
}

function certifiedAlready(store: KeyValue, range: SlotRange): ReturnType<typeof no> | undefined {
  const { firstSlot, slots } = range
  for (const one of certificatesIn(store, firstSlot, firstSlot + slots)) {
    const theirs = { firstSlot: one.firstSlot, slots: one.slots }
    if (one.objection === undefined) return no('period-certified', theirs)
    if (one.firstSlot !== firstSlot || one.slots !== slots) return no('period-differs', theirs)
  }
  return undefined
}

function unready(store: KeyValue, { firstSlot, slots }: SlotRange): ReturnType<typeof no> | undefined {
  let next: number = firstSlot
  const until = firstSlot + slots
  for (const period of settledPeriodsIn(store, firstSlot, until)) {
    if (period.firstSlot !== next || period.firstSlot + period.slots > until)
      return no('period-not-settled', { slot: next })
    const theirs = { firstSlot: period.firstSlot, slots: period.slots }
    if (period.restatementDue) return no('restatement-due', theirs)
    next = period.firstSlot + period.slots
    const estimated = readSettlementVersion(store, next, period.version)?.quality.estimated ?? 0
    if (estimated > 0) return no('quality-not-final', { ...theirs, estimated })
  }
  return next === until ? undefined : no('period-not-settled', { slot: next })
}

/** A member's objection reopens a certified period: its statements may be corrected and it is certified again. */
export function playObject(scene: Scene, operation: OperationOf<'energy.object'>): Played {
  const range = { firstSlot: slot(operation.firstSlot), slots: operation.slots }
  const until = range.firstSlot + range.slots
  const certificate = certificatesIn(scene.store, range.firstSlot, until)[0]
  const holdsAll =
    certificate !== undefined &&
    certificate.objection === undefined &&
    certificate.firstSlot <= range.firstSlot &&
    certificate.firstSlot + certificate.slots >= until
  if (!holdsAll) return no('not-certified', range)
  if (scene.bookTime > certificate.at + OBJECTION_MS)
    return no('objection-too-late', { days: OBJECTION_DAYS })
  const { by, at, reason } = operation
  writeCertificate(scene.store, { ...certificate, objection: { by, at: epochMs(at), reason } })
  return accept([{ is: 'objection-raised', by, ...range }])
}
