import { memoryStore, type SignedOperation } from '@tri/community'
import { seededKey } from '@tri/community/testing'
import { accept, present } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { describe, expect, it } from 'vitest'

import type { PinnedDoor } from '../../src/channel/door-link.ts'
import { serving } from '../../src/channel/desk.ts'
import {
  liarsPossible,
  openMemberClient,
  type MemberClient,
  type MemberClientPorts,
} from '../../src/channel/member-client.ts'
import { OUTBOX_MAX, outboxIn, type Carried } from '../../src/channel/outbox.ts'
import { doorRequests } from '../../src/channel/requests.ts'
import { stewardTown, type StewardTown } from '../../src/testing/steward-town.ts'
import { townDoor, townOrdering } from './town-doors.ts'

const QUICK = { answerMs: 2_000, settledMs: 200, pauseMs: 1, pauseMsMax: 10 }

function digestOf({ bytes }: Pick<SignedOperation, 'bytes'>): string {
  return hex(sha256(bytes))
}

function payment({ stage }: StewardTown, amount = 1): SignedOperation {
  return stage.signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount })
}

interface Followed {
  readonly client: MemberClient
  readonly steps: string[]
  readonly lies: string[]
}

function clientOf(
  town: StewardTown,
  doors: readonly PinnedDoor[],
  of: Partial<MemberClientPorts> = {},
): Followed {
  const steps: string[] = []
  const lies: string[] = []
  const client = openMemberClient({
    caller: () => ({ key: seededKey('home-1') }),
    outbox: outboxIn(memoryStore()),
    doors: () => doors,
    stewards: () => 1,
    genesis: town.text,
    changed: ({ standing }) => steps.push(standing.is),
    lied: (_, place) => lies.push(place),
    patience: QUICK,
    ...of,
  })
  return { client, steps, lies }
}

const patient = () => AbortSignal.timeout(20_000)

describe('a member’s client', () => {
  it('learns accepted, then final by a proof that it checks itself', async () => {
    const town = stewardTown()
    const signed = payment(town)
    const honest = townOrdering(town)
    // A steward that orders with others first takes an operation, and has it final later.
    const ordering = { ...honest, submit: async () => accept({ is: 'accepted' } as const) }
    await using of = await townDoor(town, {
      ports: {
        ordering: {
          ...ordering,
          standingOf: () => ({ is: 'accepted' }),
          settled: (digest) => settle(digest),
        },
      },
    })
    const settle = async (digest: string) => {
      await honest.submit(signed)
      return honest.standingOf(digest)
    }
    const { client, steps } = clientOf(town, [of.pinned])
    await using _ = client
    expect(client.submit(signed)).toEqual({ is: 'kept' })
    const standing = await client.settled(digestOf(signed), patient())
    expect(steps).toEqual(['accepted', 'final'])
    expect(standing).toMatchObject({
      is: 'final',
      height: town.replica.height,
      sequence: town.replica.sequence,
    })
  })

  it('learns why it was refused, where there is one steward', async () => {
    const town = stewardTown()
    await using of = await townDoor(town)
    const { client, steps } = clientOf(town, [of.pinned])
    await using _ = client
    const signed = payment(town, 900_000_000_000)
    client.submit(signed)
    expect(await client.settled(digestOf(signed), patient())).toMatchObject({
      is: 'refused',
      refusal: { is: 'limit-exceeded' },
    })
    expect(steps).toEqual(['refused'])
  })

  it('takes no refusal from fewer stewards than may lie', async () => {
    expect([1, 4, 7, 10, 13].map(liarsPossible)).toEqual([0, 1, 2, 3, 4])
    const town = stewardTown()
    const refusal = { is: 'refused', refusal: { is: 'member-unknown', details: {} } } as const
    await using liar = await townDoor(town, {
      name: 'liar',
      desk: () => ({ submit: serving(doorRequests.submit, () => accept(refusal as never)) }),
    })
    await using honest = await townDoor(town)
    const { client, steps } = clientOf(town, [liar.pinned, honest.pinned], { stewards: () => 4 })
    await using _ = client
    const signed = payment(town)
    client.submit(signed)
    expect(await client.settled(digestOf(signed), patient())).toMatchObject({ is: 'final' })
    expect(steps).toEqual(['final'])
  })

  it('does not believe enough refusals that another copy of the same bytes has overtaken', async () => {
    const town = stewardTown()
    const signed = payment(town)
    const refusal = { is: 'refused', refusal: { is: 'limit-exceeded', details: {} } } as const
    // The second steward refuses, and at that moment what a third one had taken becomes final.
    const refusing = (name: string, then: () => void) =>
      townDoor(town, {
        name,
        desk: () => ({
          submit: serving(doorRequests.submit, () => {
            then()
            return accept(refusal as never)
          }),
          standing: serving(doorRequests.standing, () => accept(refusal as never)),
        }),
      })
    const ordering = townOrdering(town)
    await using first = await refusing('first', () => undefined)
    await using second = await refusing('second', () => void ordering.submit(signed))
    await using third = await townDoor(town, { name: 'third', ports: { ordering } })
    const doors = [first.pinned, second.pinned, third.pinned]
    const { client, steps } = clientOf(town, doors, { stewards: () => 4 })
    await using _ = client
    client.submit(signed)
    expect(await client.settled(digestOf(signed), patient())).toMatchObject({ is: 'final' })
    expect(steps).toEqual(['final'])
    expect(ordering.submitted).toHaveLength(1)
  })

  it('hands the same bytes to another steward where one is silent, away, or shows another key', async () => {
    const town = stewardTown()
    const silentlyTaken: string[] = []
    await using silent = await townDoor(town, {
      name: 'silent',
      desk: () => ({
        submit: serving(doorRequests.submit, (_, { bytes }) => {
          silentlyTaken.push(hex(sha256(bytes)))
          return new Promise<never>(() => undefined)
        }),
      }),
    })
    await using other = await townDoor(town, { name: 'other' })
    await using honest = await townDoor(town, { name: 'honest' })
    const doors = [
      silent.pinned,
      { ...other.pinned, tls: seededKey('expected').publicKey },
      { ...honest.pinned, port: 1 },
      honest.pinned,
    ]
    const { client, steps } = clientOf(town, doors, { patience: { ...QUICK, answerMs: 300 } })
    await using _ = client
    const signed = payment(town)
    client.submit(signed)
    expect(await client.settled(digestOf(signed), patient())).toMatchObject({ is: 'final' })
    expect(silentlyTaken).toEqual([digestOf(signed)])
    expect(steps).toEqual(['final'])
    expect(town.stage.book.store.get(`operation/${signed.operation.id}`)).toBeDefined()
  })

  it.each([
    ['an invented proof', () => new Uint8Array(300)],
    ['another operation’s proof', undefined],
  ])('does not believe a steward who says final and shows %s', async (...[, forged]) => {
    const town = stewardTown()
    const before = payment(town)
    town.stage.book.apply(before)
    const signed = payment(town)
    await using liar = await townDoor(town, {
      name: 'liar',
      desk: (honest) => ({
        submit: serving(doorRequests.submit, () => accept({ is: 'final', height: 1, sequence: 1 })),
        proof: serving(doorRequests.proof, async (visitor, _wanted, gone) => {
          if (forged !== undefined) return accept({ proof: forged() })
          const wanted = { is: 'receipt', operation: before.operation.id }
          const answer = await present(honest.proof.answer(visitor, wanted, gone), 'well formed')
          return answer as { ok: true; value: { proof: Uint8Array } }
        }),
      }),
    })
    const doors = [liar.pinned]
    const { client, steps, lies } = clientOf(town, doors)
    await using _ = client
    client.submit(signed)
    await expect(client.settled(digestOf(signed), AbortSignal.timeout(300))).rejects.toThrow()
    expect(client.standingOf(digestOf(signed))).toEqual({ is: 'kept' })
    expect(lies[0]).toBe(forged === undefined ? 'leaf.key' : 'proof')
    await using honest = await townDoor(town)
    doors.push(honest.pinned)
    expect(await client.settled(digestOf(signed), patient())).toMatchObject({ is: 'final' })
    expect(steps).toEqual(['final'])
  })

  it('hands in the same bytes after a restart, and nothing that has ended', async () => {
    const town = stewardTown()
    const disk = memoryStore()
    const [ended, waits] = [payment(town), payment(town)]
    await using of = await townDoor(town)
    {
      const { client } = clientOf(town, [of.pinned], { outbox: outboxIn(disk) })
      await using _ = client
      client.submit(ended)
      await client.settled(digestOf(ended), patient())
    }
    {
      const { client } = clientOf(town, [], { outbox: outboxIn(disk) })
      await using _ = client
      client.submit(waits)
    }
    const seen: Carried[] = []
    const again = clientOf(town, [of.pinned], {
      outbox: outboxIn(disk),
      changed: (carried) => seen.push(carried),
    })
    await using _ = again.client
    expect(await again.client.settled(digestOf(ended), patient())).toMatchObject({ is: 'final' })
    await again.client.settled(digestOf(waits), patient())
    expect(seen.map(({ bytes, signature }) => [hex(bytes), hex(signature)])).toEqual([
      [hex(waits.bytes), hex(waits.signature)],
    ])
  })

  it('carries what was signed first first, so that no number of a key comes too late', async () => {
    const town = stewardTown()
    await using of = await townDoor(town)
    const { client } = clientOf(town, [of.pinned])
    await using _ = client
    const first = payment(town)
    // Signed with the next number before the first one is in the book.
    const second = town.stage.signed(
      'home-1',
      { kind: 'credit.transfer', to: 'home-2', amount: 2 },
      { nonce: first.operation.nonce + 1 },
    )
    client.submit(first)
    client.submit(second)
    expect(await client.settled(digestOf(second), patient())).toMatchObject({ is: 'final' })
    expect(client.standingOf(digestOf(first))).toMatchObject({ is: 'final' })
  })
})

describe('an outbox', () => {
  it('keeps the same bytes once, and says when it is full', () => {
    const town = stewardTown()
    const outbox = outboxIn(memoryStore())
    const signed = payment(town)
    expect(outbox.keep(signed).number).toBe(outbox.keep(signed).number)
    const { signature } = signed
    for (let i = 1; i < OUTBOX_MAX; i++) outbox.keep({ bytes: Uint8Array.of(i & 255, i >> 8), signature })
    expect(() => outbox.keep({ bytes: Uint8Array.of(7, 7, 7), signature })).toThrow('outbox-full')
    outbox.stands(digestOf(signed), { is: 'refused', refusal: { is: 'member-unknown', details: {} } })
    expect(outbox.keep({ bytes: Uint8Array.of(7, 7, 7), signature }).number).toBe(OUTBOX_MAX + 1)
  })
})
