import { seededKey } from '@tri/community/testing'
import { sha256 } from '@tri/units/crypto'

import { openNode } from '../../src/daemon/open-node.ts'
import { invitationText } from '../../src/steward/invitation.ts'
import { joinAsSteward, type Joined } from '../../src/steward/join.ts'
import { addCandidates, type Proposed } from '../../src/steward/steward-acts.ts'
import { initSteward } from '../../src/steward/steward-tasks.ts'
import { foundedAt, freeAddress, startedBox, type RunningBox } from './steward-boxes.ts'

const JOIN_MS = 60_000

/** The text of an invitation of a running steward to a member's box. */
export function invited({ seat }: RunningBox, member: string): string {
  const secret = sha256(seededKey(`secret of ${member}`).publicKey).subarray(0, 16)
  seat.invitations.invite(member, secret)
  const { genesis } = seat
  return invitationText({
    genesis,
    member,
    address: seat.seat.address,
    tls: seat.seat.tls.publicKey,
    secret,
  })
}

/** The cooperative's box, which keeps the book alone. */
export async function soleBox(path: string): Promise<RunningBox> {
  await foundedAt(path)
  {
    await using node = await openNode(path)
    await initSteward({ node }, { address: await freeAddress() })
  }
  return await startedBox(path)
}

/** A box on its way: ready once it holds the book, joined once it may be started. */
export interface Joining {
  readonly ready: Promise<void>
  readonly joined: Promise<Joined>
}

export async function joiningBox(first: RunningBox, member: string, folder: string): Promise<Joining> {
  const ready = Promise.withResolvers<void>()
  const address = await freeAddress()
  const joined = joinAsSteward({
    invitation: invited(first, member),
    folder,
    address,
    signal: AbortSignal.timeout(JOIN_MS),
    lookEveryMs: 50,
    told: (step) => {
      if (step === 'ready') ready.resolve()
    },
  })
  joined.catch((cause: unknown) => ready.reject(cause))
  return { ready: ready.promise, joined }
}

/** Three homes' boxes join the one that keeps the book, and are voted in. */
export async function grownTo(
  first: RunningBox,
  members: readonly string[],
  at: (name: string) => string,
): Promise<{ readonly proposed: Proposed; readonly joined: readonly Joined[] }> {
  const joining = await Promise.all(members.map((member) => joiningBox(first, member, at(member))))
  await Promise.all(joining.map(({ ready }) => ready))
  const proposed = await addCandidates(first)
  return { proposed, joined: await Promise.all(joining.map(({ joined }) => joined)) }
}

/** Waits until a copy of the book has come to a height. */
export async function reached(
  { ordering, replica }: RunningBox['node']['ledger'],
  height: number,
): Promise<void> {
  const patience = AbortSignal.timeout(20_000)
  if (replica.height >= height) return
  for await (const block of ordering.finalised(replica.height + 1, patience))
    if (block.height >= height) return
}
