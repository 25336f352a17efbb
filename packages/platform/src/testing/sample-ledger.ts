import type { ResponseOf } from '@tri/contract'
import { accept, present, refuse } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { Handlers } from '../ports.ts'
import { digestOfPayment } from './sample-account.ts'
import type { SampleBook } from './sample-book.ts'
import { SAMPLE_COORDINATOR, sampleMemberName } from './sample-community.ts'

/**
 * Who keeps the sample's book: one box; four that agree; four of which one is silent and one has signed twice; four of
 * which too few answer.
 */
export type SampleLedger = 'single' | 'four' | 'silent' | 'no-quorum'

type Ledger = ResponseOf<'ledger'>
type LedgerHandlers = Pick<Handlers, 'ledger' | 'genesis' | 'operation' | 'myProof'>

const STEWARDS = [SAMPLE_COORDINATOR, 'school', 'workshop', 'home-05']
const HEIGHT = 4_812
const SECOND_MS = 1000
const DAY_MS = 86_400_000

/** Blocks that each steward is behind; undefined for one that does not answer. */
const LAGS: Readonly<Record<SampleLedger, readonly (number | undefined)[]>> = {
  single: [0],
  four: [0, 0, 1, 0],
  silent: [0, 0, undefined, 0],
  'no-quorum': [0, undefined, undefined, 0],
}

/** Handlers of the page that tells who keeps the book. */
export function sampleLedger(book: SampleBook, of: SampleLedger): LedgerHandlers {
  return {
    ledger: () => accept(ledgerOf(book, of)),
    genesis: () => accept(genesisOf()),
    operation: (_, { params: { digest } }) => {
      const payment = book.payments.find((one) => digestOfPayment(one) === digest)
      if (payment === undefined) return refuse({ code: 'operation-unknown', details: { digest } })
      const isFinal = payment.standing === 'final'
      return accept({
        digest,
        standing: payment.standing,
        height: isFinal ? HEIGHT : null,
        sequence: isFinal ? 7_012 + book.payments.indexOf(payment) : null,
        refusal: payment.refusal,
      })
    },
    myProof: ({ member }) =>
      accept({
        fileName: `tri-proof-${member}.json`,
        mediaType: 'application/json',
        bytes: new TextEncoder().encode(JSON.stringify({ member, of: 'the sample has no chain' })),
      }),
  }
}

function ledgerOf(book: SampleBook, of: SampleLedger): Ledger {
  const lags = LAGS[of]
  const count = lags.length
  const connected = lags.filter((lag) => lag !== undefined).length
  const needed = Math.floor((2 * count) / 3) + 1
  const at = book.nowMs() - (of === 'no-quorum' ? 600 * SECOND_MS : 4 * SECOND_MS)
  return {
    engine: of === 'single' ? 'single' : 'cometbft',
    state: of === 'no-quorum' ? 'no-quorum' : 'running',
    reason: null,
    height: HEIGHT,
    at,
    stateRoot: digestOf('root'),
    stewards: lags.map((lag, i) => stewardOf(STEWARDS[i] ?? '', lag, i === 0)),
    connected,
    needed,
    maySpare: count - needed,
    waiting: book.payments.filter(({ standing }) => standing === 'accepted').length,
    operations: 7_012 + book.payments.length,
    checkpoint: {
      height: HEIGHT,
      at,
      root: digestOf('root'),
      block: digestOf('block'),
      signatures: of === 'no-quorum' ? needed : connected,
      of: count,
    },
    incidents: of === 'silent' ? [incidentOf(book)] : [],
    genesis: genesisOf().text,
    chain: genesisOf().chain,
  }
}

function stewardOf(member: string, lag: number | undefined, isMe: boolean): Ledger['stewards'][number] {
  return {
    member: present(sampleMemberName(member), 'a steward is a member'),
    key: digestOf(member),
    isMe,
    connected: lag !== undefined,
    height: lag === undefined ? null : HEIGHT - lag,
    lag: lag ?? null,
    signed: lag !== undefined,
  }
}

function incidentOf(book: SampleBook): Ledger['incidents'][number] {
  return {
    kind: 'duplicate-vote',
    steward: present(sampleMemberName('workshop'), 'a steward is a member'),
    address: digestOf('workshop').slice(0, 40),
    height: HEIGHT - 96,
    at: book.nowMs() - DAY_MS,
  }
}

function genesisOf(): ResponseOf<'genesis'> {
  const document = new TextEncoder().encode('{"community":"borgo-sole","format":"tri/genesis/1"}')
  const digest = sha256(document)
  return {
    text: `tri:borgo-sole:${Buffer.from(digest).toString('base64url')}`,
    chain: `tri-${hex(digest).slice(0, 40)}`,
    digest: hex(digest),
    document: Buffer.from(document).toString('base64url'),
  }
}

function digestOf(text: string): string {
  return hex(sha256(new TextEncoder().encode(`sample ${text}`)))
}
