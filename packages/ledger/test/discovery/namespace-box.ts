import { openDiscovery } from '../../src/discovery/discovery.ts'
import { connectToDoor } from '../../src/channel/door-link.ts'
import { chainIdOf, genesisDigest } from '../../src/genesis.ts'
import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { openFollower } from '../../src/follower/follower.ts'
import { stewardTown } from '../../src/testing/steward-town.ts'
import { openDoorAtProva, CHAIN, seededKey } from '../channel/open-doors.ts'
import { townDoor } from '../channel/town-doors.ts'
import { memoryStore } from '@tri/community'

/**
 * One box in a network namespace of its own, for the test beside it: `steward` opens a door and calls out, `member` listens
 * and, for each door it hears of, knocks and says what it was let in as. `town` and `newcomer` are the same with a real
 * book: the newcomer knows nothing but the text of the genesis. Each line on stdout is one thing that happened.
 */
const [role, way] = process.argv.slice(2)
const say = (line: string) => process.stdout.write(`${line}\n`)
const EVERY_MS = 100
const ways = [way === 'name' ? 'name' : 'beacon'] as const
const now = () => Date.now()
const stewardKey = seededKey('door')

if (role === 'steward') {
  const of = await openDoorAtProva({ host: '::', now })
  await openDiscovery({
    chain: CHAIN,
    now,
    stewards: () => [],
    everyMs: EVERY_MS,
    ways,
    announce: {
      key: stewardKey,
      beacon: () => ({ role: 'steward', port: of.door.port, addresses: [] }),
    },
  })
  say('open')
} else if (role === 'town') {
  const town = stewardTown()
  const of = await townDoor(town, { host: '::' })
  await openDiscovery({
    chain: chainIdOf(genesisDigest(nodePrimitives, town.genesis)),
    now,
    stewards: () => [],
    everyMs: EVERY_MS,
    ways,
    announce: { key: stewardKey, beacon: () => ({ role: 'steward', port: of.door.port, addresses: [] }) },
  })
  say('open')
} else if (role === 'newcomer') {
  const { text, genesis } = stewardTown()
  const discovery = await openDiscovery({
    chain: chainIdOf(genesisDigest(nodePrimitives, genesis)),
    now,
    stewards: () => [],
    everyMs: EVERY_MS,
    ways,
  })
  const follower = openFollower({
    store: memoryStore(),
    genesis: text,
    member: 'home-1',
    caller: () => ({ key: seededKey('home-1') }),
    doors: () => discovery.claimed(),
  })
  say('open')
  let isBusy = false
  setInterval(() => {
    if (isBusy) return
    isBusy = true
    void follower
      .sync(AbortSignal.timeout(5_000))
      .then((synced) => say(synced.ok ? `proved ${synced.value.view.balance.balance}` : synced.refusal.is))
      .finally(() => (isBusy = false))
  }, EVERY_MS)
} else {
  const discovery = await openDiscovery({
    chain: CHAIN,
    now,
    stewards: () => [{ tls: stewardKey.publicKey, addresses: [] }],
    everyMs: EVERY_MS,
    ways,
  })
  say('open')
  let isBusy = false
  setInterval(() => {
    const [door] = discovery.doors()
    if (door === undefined || isBusy) return
    isBusy = true
    connectToDoor({ key: seededKey('home-1') }, door, { waitMs: 2_000 })
      .then((link) => {
        say(`in as ${link.as} at ${door.host.startsWith('fe80:') ? 'a link-local address' : door.host}`)
        return link[Symbol.dispose]()
      })
      .catch(() => say('out'))
      .finally(() => (isBusy = false))
  }, EVERY_MS)
}
process.stdin.resume().once('end', () => process.exit(0))
