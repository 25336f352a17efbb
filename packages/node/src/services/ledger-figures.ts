import type { Figure } from '@tri/platform'

import { ledgerOf, type LedgerDesk } from './ledger-service.ts'

const STATES = ['running', 'catching-up', 'no-quorum', 'stopped', 'failed'] as const

/** What a monitor reads of the ledger: height, lag, what waits, who answers, and the engine's own figures. */
export function ledgerFigures(desk: LedgerDesk, nowMs: number): Figure[] {
  const ledger = ledgerOf(desk)
  const { details } = desk.ledger.ordering.status()
  return [
    gauge('tri_ledger_height', 'Blocks that are final on this node.', ledger.height),
    gauge('tri_ledger_waiting', 'Operations taken and not yet final.', ledger.waiting),
    gauge('tri_ledger_stewards', 'Stewards that vote.', ledger.stewards.length),
    gauge(
      'tri_ledger_stewards_connected',
      'Stewards this node is connected to, itself included.',
      ledger.connected,
    ),
    gauge('tri_ledger_stewards_needed', 'Stewards that must sign a block.', ledger.needed),
    counter('tri_ledger_operations_total', 'Operations in the book.', ledger.operations),
    counter(
      'tri_ledger_incidents_total',
      'Stewards caught signing two blocks at one height.',
      ledger.incidents.length,
    ),
    {
      name: 'tri_ledger_state',
      kind: 'gauge',
      help: 'Whether blocks become final: 1 for the state in force.',
      values: STATES.map((state) => ({ labels: { state }, value: state === ledger.state ? 1 : 0 })),
    },
    {
      name: 'tri_ledger_steward_lag',
      kind: 'gauge',
      help: 'Blocks that a steward is behind, where this node knows.',
      values: ledger.stewards.flatMap(({ key, lag }) =>
        lag === null ? [] : [{ labels: { key: key.slice(0, 16) }, value: lag }],
      ),
    },
    ...(ledger.at === null
      ? []
      : [gauge('tri_ledger_block_age_seconds', 'Since the last block.', (nowMs - ledger.at) / 1000)]),
    ...(ledger.checkpoint === null
      ? []
      : [gauge('tri_ledger_checkpoint_height', 'Block of the last checkpoint.', ledger.checkpoint.height)]),
    ...Object.entries(details).flatMap(([name, value]) =>
      typeof value === 'number'
        ? [gauge(`tri_engine_${snake(name)}`, `The engine’s own figure ${name}.`, value)]
        : [],
    ),
  ]
}

function gauge(name: string, help: string, value: number): Figure {
  return { name, kind: 'gauge', help, values: [{ value }] }
}

function counter(name: string, help: string, value: number): Figure {
  return { name, kind: 'counter', help, values: [{ value }] }
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll(/[^a-z0-9_]/g, '_')
}
