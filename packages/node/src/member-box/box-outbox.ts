import { operationFrom } from '@tri/community'
import type { Carried, MemberClient, Outbox as CarriedOutbox } from '@tri/ledger'
import { Fault, accept, epochMs, refuse, type EpochMs } from '@tri/units'

import type { Outbox, OutboxEntry } from '../ledger/outbox.ts'
import type { OwnLines } from './own-lines.ts'

/** How long a refused payment is shown with its reason. */
const REFUSED_SHOWN_MS = 30 * 24 * 3_600_000

/** What the outbox of a box's payments is made of. */
export interface BoxOutboxPorts {
  readonly carried: CarriedOutbox
  readonly client: Pick<MemberClient, 'submit'>
  readonly lines: Pick<OwnLines, 'ofOperation'>
  readonly now: () => EpochMs
}

/**
 * Payments that the member's client carries, as the pages know an outbox. A payment is in it until its line is in her
 * account: a line that is proved counts more than any refusal before.
 */
export function boxOutbox({
  carried,
  client,
  lines,
  now,
}: BoxOutboxPorts): Pick<Outbox, 'send' | 'entry' | 'entriesOf'> {
  const entries = (): OutboxEntry[] =>
    carried
      .all()
      .toReversed()
      .flatMap(entryFrom)
      .filter(({ id }) => lines.ofOperation(id) === undefined)
      .filter(({ refusal, at }) => refusal === null || at > now() - REFUSED_SHOWN_MS)
  return {
    send: async (_, signed) => {
      try {
        client.submit(signed)
        return accept({ is: 'accepted' })
      } catch (cause) {
        if (!(cause instanceof Fault) || cause.code !== 'outbox-full') throw cause
        return refuse({ is: 'not-taken', reason: 'queue-full' })
      }
    },
    entry: (by, id) => entries().find((one) => one.by === by && one.id === id),
    entriesOf: (by) => entries().filter((one) => one.by === by),
  }
}

/** A payment as the pages show it; nothing for an operation of another kind. */
function entryFrom({ bytes, digest, standing }: Carried): OutboxEntry[] {
  const operation = operationFrom(bytes)
  if (operation.kind !== 'credit.transfer') return []
  const { id, by, to, amount, memo = '', at } = operation
  const refusal =
    standing.is === 'refused' ? { is: standing.refusal.is, details: { ...standing.refusal.details } } : null
  return [{ id, by, to, amountMicroCredit: amount, memo, at: epochMs(at), digest, refusal }]
}
