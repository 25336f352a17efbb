import { z } from 'zod'

import {
  count,
  digest,
  epochMilliseconds,
  memberName,
  operationStanding,
  refusalSentences,
} from './quantities.ts'

/** Incidents in one answer, newest first; older ones are in the log. */
export const INCIDENTS_MAX = 100
/** Most stewards that a community can have. */
const STEWARDS_MAX = 13

const height = count.meta({ description: 'Blocks that are final, counted from 1; 0 before the first.' })
/** Whether blocks become final. */
export const ledgerState = z.enum(['running', 'catching-up', 'no-quorum', 'stopped', 'failed']).meta({
  id: 'LedgerState',
  description:
    'running: blocks become final; catching-up: this steward fetches what it missed; no-quorum: too few stewards answer; stopped, failed: the engine does not run.',
})

export const steward = z
  .object({
    member: memberName,
    key: z.string().max(64).meta({ description: 'The Ed25519 key that votes, hexadecimal.' }),
    isMe: z.boolean(),
    connected: z.boolean().nullable().meta({ description: 'Null where this node cannot tell.' }),
    height: height.nullable(),
    lag: count.nullable().meta({ description: 'Blocks behind the highest known one.' }),
    signed: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether her signature is under the last checkpoint; null before the first.' }),
  })
  .meta({ id: 'Steward', description: 'A member whose node keeps and signs the book.' })

/** A state root with the signatures under it: what anybody can check a proof against. */
export const checkpoint = z
  .object({
    height,
    at: epochMilliseconds,
    root: digest.meta({ description: 'The state root that the header carries, after the height before it.' }),
    block: digest.meta({ description: 'The hash of the header.' }),
    signatures: count,
    of: count.meta({ description: 'Stewards who could sign.' }),
  })
  .meta({ id: 'Checkpoint' })

export const incident = z
  .object({
    kind: z.enum(['duplicate-vote', 'light-client-attack']),
    steward: memberName.nullable().meta({ description: 'Null when no steward on record has the address.' }),
    address: z.string().max(40),
    height,
    at: epochMilliseconds,
  })
  .meta({ id: 'Incident', description: 'A steward’s key signed two different blocks at one height.' })

export const ledger = z
  .object({
    engine: z.enum(['single', 'cometbft', 'model']),
    state: ledgerState,
    reason: z.string().nullable().meta({ description: 'What the engine said when it failed.' }),
    height,
    at: epochMilliseconds.nullable().meta({ description: 'The time of the last block.' }),
    stateRoot: digest.nullable(),
    stewards: z.array(steward).max(STEWARDS_MAX),
    connected: count.meta({ description: 'Stewards this node is connected to, itself included.' }),
    needed: count.meta({
      description: 'Stewards who must sign for a block to be final: more than two thirds.',
    }),
    maySpare: count.meta({ description: 'Stewards who may be silent or lie while the book goes on.' }),
    waiting: count.meta({ description: 'Operations taken and not yet final.' }),
    operations: count,
    checkpoint: checkpoint.nullable(),
    incidents: z.array(incident).max(INCIDENTS_MAX),
    genesis: z.string().nullable().meta({ description: 'The text to print: tri:<community>:<digest>.' }),
    chain: z.string().nullable(),
  })
  .meta({ id: 'Ledger' })

export const genesis = z
  .object({
    text: z.string().max(256).meta({ description: 'tri:<community>:<digest of the document, base64url>' }),
    chain: z.string().max(64),
    digest,
    document: z
      .string()
      .max(131_072)
      .meta({ description: 'The canonical bytes of the document, base64url.' }),
  })
  .meta({ id: 'Genesis' })

export const operationReport = z
  .object({
    digest,
    standing: operationStanding,
    height: height.nullable(),
    sequence: count.nullable(),
    refusal: refusalSentences.nullable(),
  })
  .meta({ id: 'OperationReport' })
