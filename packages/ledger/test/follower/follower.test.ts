import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { memoryStore } from '@tri/community'
import { proposing, seededKey, TEST_LEAF_SECRET } from '@tri/community/testing'
import { accept, canonicalBytes, fromOwnBytes } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { describe, expect, it } from 'vitest'

import type { PinnedDoor } from '../../src/channel/door-link.ts'
import { serving } from '../../src/channel/desk.ts'
import { doorRequests } from '../../src/channel/requests.ts'
import { openFollower, type Follower, type FollowerPorts } from '../../src/follower/follower.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import { townDoor } from '../channel/town-doors.ts'
import { FOUR, SEVEN, lived, stewardTown, type StewardTown } from '../../src/testing/steward-town.ts'

const patient = () => AbortSignal.timeout(20_000)

function followerOf(
  town: StewardTown,
  doors: readonly PinnedDoor[],
  of: Partial<FollowerPorts> = {},
): Follower {
  return openFollower({
    store: memoryStore(),
    genesis: town.text,
    member: 'home-1',
    caller: () => ({ key: seededKey('home-1') }),
    doors: () => doors,
    ...of,
  })
}

function pays({ stage }: StewardTown, from: string, to: string, amount: number): void {
  stage.does(from, { kind: 'credit.transfer', to, amount })
}

/** The stewards become four, then seven. */
function grown(town: StewardTown): StewardTown {
  town.stage.does('coop', proposing(FOUR), { id: 'four' })
  town.stage.does('home-1', proposing(SEVEN), { id: 'seven' })
  for (const other of FOUR.slice(1, 3)) town.stage.does(other, { kind: 'steward.approve', proposal: 'seven' })
  return town
}

const totals = (sharedWh: number) => ({ totals: () => [{ firstSlot: 100, slots: 4, sharedWh }] })

describe('a follower', () => {
  it('knows her balance, its height and the stewards from a steward and the text on paper', async () => {
    const town = grown(stewardTown())
    pays(town, 'home-1', 'home-2', 1_234)
    await using of = await townDoor(town)
    using follower = followerOf(town, [of.pinned])
    expect(follower.view).toBeUndefined()
    const synced = await follower.sync(patient())
    expect(synced).toMatchObject({
      ok: true,
      value: {
        lies: [],
        view: {
          community: 'prova',
          member: 'home-1',
          balance: { balance: -1_234 },
          height: town.replica.height,
          stewardCount: 7,
        },
      },
    })
    expect(follower.view?.stewards.map(({ member }) => member)).toEqual(SEVEN)
    expect(follower.view?.signedBy).toHaveLength(5)
    expect(of.failures).toEqual([])
  })

  it('proves her lines and receipts, and asks for each once', async () => {
    const town = stewardTown()
    pays(town, 'home-1', 'home-2', 77)
    const paid = town.stage.signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 5 })
    town.stage.book.apply(paid)
    const disk = memoryStore()
    {
      await using of = await townDoor(town)
      using follower = followerOf(town, [of.pinned], { store: disk })
      const line = await follower.record({ is: 'line', number: 1 }, patient())
      expect(line).toMatchObject({ ok: true, value: { kind: 'posting', values: { amount: -77 } } })
      const receipt = await follower.record({ is: 'receipt', operation: paid.operation.id }, patient())
      expect(receipt).toMatchObject({ ok: true, value: { values: { sequence: town.replica.sequence } } })
    }
    using alone = followerOf(town, [], { store: disk })
    expect(await alone.record({ is: 'line', number: 1 }, patient())).toMatchObject({ ok: true })
    expect(alone.held({ is: 'line', number: 1 })).toMatchObject({ record: { values: { amount: -77 } } })
    alone.forget({ is: 'line', number: 1 })
    expect(alone.held({ is: 'line', number: 1 })).toBeUndefined()
  })

  it('proves of a quarter hour what she gave in each ring', async () => {
    const town = lived(stewardTown())
    await using of = await townDoor(town)
    using follower = followerOf(town, [of.pinned])
    const line = await follower.record({ is: 'line', number: 1 }, patient())
    expect(line).toMatchObject({
      ok: true,
      value: { kind: 'posting', values: { posting: 'energy', rings: [{ givenWh: 500, receivedWh: 0 }] } },
    })
  })

  it('is not told what is another member’s, nor that it exists', async () => {
    const town = stewardTown()
    const other = town.stage.signed('home-2', { kind: 'credit.transfer', to: 'home-3', amount: 5 })
    town.stage.book.apply(other)
    await using of = await townDoor(town)
    using follower = followerOf(town, [of.pinned])
    const ofOther = await follower.record({ is: 'receipt', operation: other.operation.id }, patient())
    const ofNobody = await follower.record({ is: 'receipt', operation: 'no-such' }, patient())
    expect(ofOther).toEqual({ ok: false, refusal: { is: 'no-steward-answers', lies: [] } })
    expect(ofNobody).toEqual(ofOther)
    const settled = await follower.record({ is: 'settlement', until: 1, version: 1 }, patient())
    expect(settled.ok).toBe(false)
  })

  it('believes no steward who lies, names the place, and goes on to the next', async () => {
    const town = grown(stewardTown())
    const other = stewardTown(3)
    await using elsewhere = await townDoor(other, { name: 'elsewhere' })
    await using neighbour = await townDoor(town, {
      name: 'neighbour',
      desk: (honest) => ({
        // Shows home 2's account for home 1's: a good proof of something else.
        proof: serving(doorRequests.proof, async (visitor, wanted, gone) => {
          const answer = await honest.proof.answer({ ...visitor, member: 'home-2' }, wanted, gone)
          return answer as { ok: true; value: { proof: Uint8Array } }
        }),
      }),
    })
    await using flipped = await townDoor(town, {
      name: 'flipped',
      desk: (honest) => ({
        proof: serving(doorRequests.proof, async (visitor, wanted, gone) => {
          const answer = await honest.proof.answer(visitor, wanted, gone)
          const { value } = answer as { ok: true; value: { proof: Uint8Array; stewards: Uint8Array } }
          const stewards = Uint8Array.from(value.stewards)
          stewards[stewards.length - 1] = (stewards.at(-1) ?? 0) ^ 1
          return accept({ proof: value.proof, stewards })
        }),
      }),
    })
    await using honest = await townDoor(town, { name: 'honest' })
    const liars = [elsewhere.pinned, neighbour.pinned, flipped.pinned]
    using misled = followerOf(town, liars)
    const places = ['genesis', 'leaf.key', 'stewards.meta']
    expect(await misled.sync(patient())).toMatchObject({
      ok: false,
      refusal: { is: 'no-steward-believed', lies: places.map((place) => ({ place })) },
    })
    expect(misled.view).toBeUndefined()
    using follower = followerOf(town, [...liars, honest.pinned])
    expect(await follower.sync(patient())).toMatchObject({
      ok: true,
      value: { lies: places.map((place) => ({ place })) },
    })
  })

  it('is not led back to an older state', async () => {
    const town = stewardTown()
    pays(town, 'home-1', 'home-2', 10)
    const old = await townDoor(town)
    const frozen = old.pinned
    const disk = memoryStore()
    let before: Uint8Array | undefined
    {
      using follower = followerOf(town, [frozen], { store: disk })
      await follower.sync(patient())
      before = follower.proof
      pays(town, 'home-2', 'home-1', 10)
      await follower.sync(patient())
      expect(follower.view?.balance.balance).toBe(0)
    }
    await old[Symbol.asyncDispose]()
    await using stale = await townDoor(town, {
      desk: () => ({
        proof: serving(doorRequests.proof, () => accept({ proof: before ?? new Uint8Array() })),
      }),
    })
    using follower = followerOf(town, [stale.pinned], { store: disk })
    expect(await follower.sync(patient())).toMatchObject({ ok: false, refusal: { is: 'no-steward-answers' } })
    expect(follower.view?.balance.balance).toBe(0)
  })

  it('does not open on a disk that somebody changed', async () => {
    const town = stewardTown()
    await using of = await townDoor(town)
    const disk = memoryStore()
    {
      using follower = followerOf(town, [of.pinned], { store: disk })
      await follower.sync(patient())
    }
    const bytes = Uint8Array.from(disk.get('follower/newest') ?? [])
    bytes[bytes.length - 2] = (bytes.at(-2) ?? 0) ^ 1
    disk.set('follower/newest', bytes)
    expect(() => followerOf(town, [], { store: disk })).toThrow('follower-tampered')
  })

  it('takes totals only as so many stewards tell them alike that one of them is honest', async () => {
    const town = grown(stewardTown())
    const range = { firstSlot: 100, slots: 4 }
    await using one = await townDoor(town, { name: 'one', ports: totals(7) })
    await using liar = await townDoor(town, { name: 'liar', ports: totals(8) })
    await using two = await townDoor(town, { name: 'two', ports: totals(7) })
    await using three = await townDoor(town, { name: 'three', ports: totals(7) })
    const doors = [one.pinned, liar.pinned, two.pinned]
    using follower = followerOf(town, doors)
    await follower.sync(patient())
    // Of seven two may lie: three must agree.
    expect((await follower.totals(range, patient())).ok).toBe(false)
    doors.push(three.pinned)
    expect(await follower.totals(range, patient())).toEqual({
      ok: true,
      value: [{ firstSlot: 100, slots: 4, sharedWh: 7 }],
    })
  })

  it('takes no name of a payee from a steward alone: a liar would send the payment elsewhere', async () => {
    const town = grown(stewardTown())
    const swapped = {
      name: 'Prova',
      timezone: 'Europe/Rome',
      limit: 5_000_000,
      members: [{ id: 'mallory', name: 'Home 2', kind: 'household' as const }],
    }
    await using liar = await townDoor(town, {
      name: 'liar',
      desk: () => ({ community: serving(doorRequests.community, () => accept(swapped)) }),
    })
    await using one = await townDoor(town, { name: 'one' })
    await using two = await townDoor(town, { name: 'two' })
    await using three = await townDoor(town, { name: 'three' })
    const doors = [liar.pinned, one.pinned, two.pinned]
    using follower = followerOf(town, doors)
    await follower.sync(patient())
    expect((await follower.community(patient())).ok).toBe(false)
    doors.push(three.pinned)
    const told = await follower.community(patient())
    expect(told.ok && told.value.members.map(({ id }) => id)).toContain('home-2')
    expect(told.ok && told.value.members.map(({ id }) => id)).not.toContain('mallory')
  })
})

describe('every byte a follower holds', () => {
  it('tells no reading, balance, name or record of another member', async () => {
    const town = stewardTown()
    const { stage } = town
    stage.does('coop', {
      kind: 'member.join',
      member: {
        id: 'zenobia-quattrocchi',
        name: 'Zenobia Quattrocchi',
        kind: 'household',
        keys: [seededKey('zenobia-quattrocchi').publicKey],
      },
    })
    const secretAmount = 1_987_654
    pays(town, 'zenobia-quattrocchi', 'home-3', secretAmount)
    pays(town, 'home-1', 'home-2', 4_321)
    const folder = mkdtempSync(join(tmpdir(), 'tri-follower-'))
    try {
      await using of = await townDoor(town)
      const store = openSqliteStore(join(folder, 'follower.sqlite'))
      {
        using follower = followerOf(town, [of.pinned], { store })
        expect((await follower.sync(patient())).ok).toBe(true)
        await follower.record({ is: 'line', number: 1 }, patient())
        await follower.totals({ firstSlot: 0, slots: 4 }, patient())
        // Everybody's names are seen when a payee is chosen, and not kept.
        expect((await follower.community(patient())).ok).toBe(true)
      }
      store.close()
      const held = Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file))))
      expect(held.includes('home-1')).toBe(true)
      for (const secret of secretsOf(secretAmount))
        expect([secret, held.includes(secret)]).toEqual([secret, false])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

/** Names as text, amounts in every form in which a program might write them. */
function secretsOf(amount: number): Uint8Array[] {
  const [little, big] = [Buffer.alloc(4), Buffer.alloc(4)]
  little.writeInt32LE(amount)
  big.writeInt32BE(amount)
  const written = [canonicalBytes(amount), canonicalBytes(-amount), little, big, Buffer.from(String(amount))]
  expect(fromOwnBytes(written[0] ?? new Uint8Array())).toBe(amount)
  const blinding = [TEST_LEAF_SECRET, Buffer.from(hex(TEST_LEAF_SECRET))]
  return [Buffer.from('zenobia'), Buffer.from('Zenobia'), Buffer.from('home-3'), ...written, ...blinding]
}
