import { describe, expect, it } from 'vitest'

import { prometheusText, type Figure } from '../src/index.ts'
import { opened } from './opened.ts'

const figures: readonly Figure[] = [
  { name: 'tri_ledger_height', kind: 'gauge', help: 'Blocks that are final.', values: [{ value: 42 }] },
  {
    name: 'tri_ledger_state',
    kind: 'gauge',
    help: 'Whether blocks become final.',
    values: [
      { labels: { state: 'running' }, value: 1 },
      { labels: { state: 'a "strange"\nname\\' }, value: 0 },
    ],
  },
  { name: 'tri_nothing_total', kind: 'counter', help: 'Never measured.', values: [] },
]

describe('what a monitor reads', () => {
  it('is Prometheus’ text, with every label escaped and nothing about what was not measured', () => {
    expect(prometheusText(figures)).toBe(
      [
        '# HELP tri_ledger_height Blocks that are final.',
        '# TYPE tri_ledger_height gauge',
        'tri_ledger_height 42',
        '# HELP tri_ledger_state Whether blocks become final.',
        '# TYPE tri_ledger_state gauge',
        'tri_ledger_state{state="running"} 1',
        'tri_ledger_state{state="a \\"strange\\"\\nname\\\\"} 0',
        '',
      ].join('\n'),
    )
  })

  it('is for programs on this machine, and for others only when asked', async () => {
    const metrics = { figures: () => figures, isOpen: false }
    const closed = await opened({}, { metrics })
    const local = await closed.platform.inject({ method: 'GET', url: '/metrics' })
    expect([local.status, local.headers['content-type']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ])
    const passedOn = { method: 'GET', url: '/metrics', headers: { 'x-forwarded-for': '192.0.2.7' } } as const
    expect((await closed.platform.inject(passedOn)).status).toBe(404)
    const open = await opened({}, { metrics: { ...metrics, isOpen: true } })
    expect((await open.platform.inject(passedOn)).status).toBe(200)
  })

  it('is nothing where the node has no figures', async () => {
    const { platform } = await opened()
    expect((await platform.inject({ method: 'GET', url: '/metrics' })).status).toBe(404)
  })
})
