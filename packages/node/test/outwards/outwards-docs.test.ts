import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { epochMs, slot } from '@tri/units'
import { expect, test } from 'vitest'

import { householdFigures } from '../../src/outwards/household-figures.ts'
import { MQTT_RATE } from '../../src/outwards/mqtt-speech.ts'
import { WEBHOOK_KINDS, WEBHOOKS_MAX } from '../../src/outwards/outwards-shape.ts'
import type { OutwardsEvent } from '../../src/outwards/outwards-sources.ts'
import { DEVICE_TOPICS, HOME_TOPICS } from '../../src/outwards/topics.ts'
import { webhookMessage } from '../../src/outwards/webhook-message.ts'
import { WEBHOOK_WAITING_MAX } from '../../src/outwards/webhook-queue.ts'
import { handSources, reportOf } from './outwards-rig.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'outwards.md'), 'utf8')

/** Cells of the rows below a table’s heading. */
function tableUnder(heading: string): string[][] {
  const lines = page.slice(page.indexOf(`| ${heading} |`)).split('\n')
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const rowsOf = (topics: readonly { path: string; says: string; isKept: boolean }[]) =>
  topics.map(({ path, says, isKept }) => [`\`${path}\``, says, isKept ? 'yes' : 'no'])

test('the page tells the topics that are said, and no others', () => {
  expect(tableUnder('topic')).toEqual(rowsOf(HOME_TOPICS))
  expect(tableUnder('topic of a device')).toEqual(rowsOf(DEVICE_TOPICS))
})

test('the page tells the figures, with their kinds and labels', () => {
  const at = epochMs(1_795_000_000_000)
  const figures = householdFigures(
    {
      devices: () => [reportOf({ id: 'p1' }, { powerW: 1 })],
      vault: () => ({ bytes: 1, lastAppendAt: at, appendsRefused: 0 }),
      statements: () => ({ waiting: 1, sent: 0, refused: 0, oldestAt: at }),
      outwards: () => ({
        broker: { is: 'closed' },
        webhooks: [{ id: 'a', waiting: 0, sent: 0, failedTries: 0, lost: 0, problem: undefined }],
      }),
    },
    at,
  )
  const labels = (of: (typeof figures)[number]) =>
    Object.keys(of.values[0]?.labels ?? {})
      .map((label) => `\`${label}\``)
      .join(', ')
  expect(tableUnder('metric').map((cells) => cells.slice(0, 3))).toEqual(
    figures.map((figure) => [`\`${figure.name}\``, figure.kind, labels(figure)]),
  )
})

test('the page tells the kinds of events and their details, and the limits', () => {
  const { home } = handSources()
  const at = epochMs(1_795_000_000_000)
  const events: readonly OutwardsEvent[] = [
    { kind: 'gap', meter: 'm', firstSlot: slot(1), slots: 1, why: 'silence' },
    { kind: 'incident', is: 'x', meter: 'm', at },
    { kind: 'device-silent', device: 'd', lastAt: at },
    { kind: 'device-back', device: 'd', lastAt: at },
    { kind: 'statement-refused', meter: 'm', slot: slot(1), refusal: 'x' },
  ]
  expect(events.map(({ kind }) => kind)).toEqual([...WEBHOOK_KINDS])
  const rows = tableUnder('kind | details')
  expect(rows.map(([kind]) => kind)).toEqual(WEBHOOK_KINDS.map((kind) => `\`${kind}\``))
  for (const [n, event] of events.entries())
    for (const name of Object.keys(webhookMessage(event, { id: 'i', at, home }).details))
      expect(rows[n]?.[1]).toContain(`\`${name}\``)
  expect(page).toContain(`At most ${WEBHOOK_WAITING_MAX} wait`)
  expect(page).toContain(`up to ${WEBHOOKS_MAX} addresses`)
  expect(page).toContain(
    `At most ${MQTT_RATE.perSecond} messages a second are said, and at once at most ${MQTT_RATE.burst}`,
  )
})
