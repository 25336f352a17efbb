import type { DeviceReport, LineState } from '@tri/meters'
import type { Figure } from '@tri/platform'
import type { EpochMs } from '@tri/units'

import type { OutwardsReport } from './open-outwards.ts'

/** What a monitor is told of the vault. */
export interface VaultFigures {
  /** Of the file. */
  readonly bytes: number
  /** Undefined where nothing was appended since the start. */
  readonly lastAppendAt: EpochMs | undefined
  /** Appends that were not acknowledged since the start: a full disk. */
  readonly appendsRefused: number
}

/** What a monitor is told of the statements on their way. */
export interface StatementFigures {
  readonly waiting: number
  /** Since the start. */
  readonly sent: number
  readonly refused: number
  /** When the oldest that waits was queued; undefined where none does. */
  readonly oldestAt: EpochMs | undefined
}

/** Where the household's figures come from; what a node does not have is left out. */
export interface HouseholdFigureSources {
  readonly devices?: () => readonly DeviceReport[]
  readonly vault?: () => VaultFigures
  readonly statements?: () => StatementFigures
  readonly outwards?: () => OutwardsReport
}

const LINE_STATES = ['opening', 'up', 'waiting', 'closed'] as const satisfies readonly LineState['is'][]
const CHECKS = ['valid', 'invalid', 'absent'] as const satisfies readonly (keyof DeviceReport['frames'])[]

/** What a monitor reads of a household's devices, vault and statements: counts, ages and states, never a reading. */
export function householdFigures(sources: HouseholdFigureSources, nowMs: EpochMs): Figure[] {
  const { devices, vault, statements, outwards } = sources
  return [
    ...(devices === undefined ? [] : deviceFigures(devices(), nowMs)),
    ...(vault === undefined ? [] : vaultFigures(vault(), nowMs)),
    ...(statements === undefined ? [] : statementFigures(statements(), nowMs)),
    ...(outwards === undefined ? [] : outwardsFigures(outwards())),
  ]
}

function deviceFigures(reports: readonly DeviceReport[], nowMs: EpochMs): Figure[] {
  return [
    {
      name: 'tri_device_frames_total',
      kind: 'counter',
      help: 'Frames of a device by the verdict of their check.',
      values: reports.flatMap(({ settings, frames }) =>
        CHECKS.map((check) => ({ labels: { device: settings.id, check }, value: frames[check] })),
      ),
    },
    {
      name: 'tri_device_problems_total',
      kind: 'counter',
      help: 'Frames of a device that were not used, by their problem.',
      values: reports.flatMap(({ settings, problems }) =>
        Array.from(problems, ([problem, value]) => ({ labels: { device: settings.id, problem }, value })),
      ),
    },
    {
      name: 'tri_device_observation_age_seconds',
      kind: 'gauge',
      help: 'Since a device said something usable; absent while it never did.',
      values: reports.flatMap(({ settings, lastObservation }) =>
        lastObservation === undefined
          ? []
          : [{ labels: { device: settings.id }, value: (nowMs - lastObservation.takenAt) / 1000 }],
      ),
    },
    {
      name: 'tri_device_line_state',
      kind: 'gauge',
      help: 'How a device’s line is: 1 for the state in force.',
      values: reports.flatMap(({ settings, line }) =>
        LINE_STATES.map((state) => ({
          labels: { device: settings.id, state },
          value: state === line.is ? 1 : 0,
        })),
      ),
    },
    {
      name: 'tri_device_faulty',
      kind: 'gauge',
      help: 'Whether the last thing that happened on a device was a fault of its own.',
      values: reports.map(({ settings, fault }) => ({
        labels: { device: settings.id },
        value: fault === undefined ? 0 : 1,
      })),
    },
  ]
}

function vaultFigures({ bytes, lastAppendAt, appendsRefused }: VaultFigures, nowMs: EpochMs): Figure[] {
  return [
    one('tri_vault_bytes', 'gauge', 'Size of the household’s vault on the disk.', bytes),
    ...ageOf(
      'tri_vault_append_age_seconds',
      'Since the last reading was stored durably.',
      lastAppendAt,
      nowMs,
    ),
    one('tri_vault_appends_refused_total', 'counter', 'Readings that could not be stored.', appendsRefused),
  ]
}

function statementFigures({ waiting, sent, refused, oldestAt }: StatementFigures, nowMs: EpochMs): Figure[] {
  return [
    one('tri_statements_waiting', 'gauge', 'Statements that are queued for the stewards.', waiting),
    one('tri_statements_sent_total', 'counter', 'Statements that became final.', sent),
    one('tri_statements_refused_total', 'counter', 'Statements that the book did not take.', refused),
    ...ageOf(
      'tri_statements_oldest_age_seconds',
      'Since the oldest queued statement was made.',
      oldestAt,
      nowMs,
    ),
  ]
}

function outwardsFigures({ broker, webhooks }: OutwardsReport): Figure[] {
  const each = (of: 'waiting' | 'sent' | 'failedTries' | 'lost'): Figure['values'] =>
    webhooks.map((webhook) => ({ labels: { webhook: webhook.id }, value: webhook[of] }))
  return [
    ...(broker === undefined
      ? []
      : [
          one(
            'tri_mqtt_up',
            'gauge',
            'Whether the household’s broker is being told.',
            broker.is === 'up' ? 1 : 0,
          ),
        ]),
    {
      name: 'tri_webhook_waiting',
      kind: 'gauge',
      help: 'Events that wait for a webhook.',
      values: each('waiting'),
    },
    {
      name: 'tri_webhook_sent_total',
      kind: 'counter',
      help: 'Events that a webhook took.',
      values: each('sent'),
    },
    {
      name: 'tri_webhook_failures_total',
      kind: 'counter',
      help: 'Tries that a webhook did not take.',
      values: each('failedTries'),
    },
    {
      name: 'tri_webhook_lost',
      kind: 'gauge',
      help: 'Events pushed out by newer ones, and not yet told as lost.',
      values: each('lost'),
    },
  ]
}

function one(name: string, kind: Figure['kind'], help: string, value: number): Figure {
  return { name, kind, help, values: [{ value }] }
}

function ageOf(name: string, help: string, at: EpochMs | undefined, nowMs: EpochMs): Figure[] {
  return at === undefined ? [] : [one(name, 'gauge', help, (nowMs - at) / 1000)]
}
