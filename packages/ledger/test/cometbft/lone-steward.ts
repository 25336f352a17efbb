import { foundingOf } from '@tri/community/testing'

import { localQuorum } from '../../src/cometbft/local-quorum.ts'
import { NOON, bookIn, townOf, townSketch } from './town.ts'

// A steward in a process of its own: the test that started it kills it, and looks what is left.

const folder = process.argv[2] ?? ''
const quorum = await localQuorum({
  count: 1,
  folder,
  openReplica: (_, at) => bookIn(at),
  chainId: 'tri-lone',
  time: NOON,
})
await townOf(quorum).act('coop', foundingOf(townSketch()))
const { state } = quorum.steward(1).ordering.process
process.stdout.write(`${state.is === 'running' ? state.pid : 0}\n`)
