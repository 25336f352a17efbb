import { must } from '@tri/units'
import type { FastifyInstance, FastifyRequest } from 'fastify'

import { sendProblem } from './answers.ts'

/** One figure that a monitor reads: a gauge goes up and down, a counter only up. */
export interface Figure {
  /** As Prometheus wants it: `tri_ledger_height`; a counter ends in `_total`. */
  readonly name: string
  readonly kind: 'gauge' | 'counter'
  readonly help: string
  readonly values: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[]
}

/** The node's figures, and who may read them. */
export interface MetricsPort {
  readonly figures: () => readonly Figure[]
  /** Also for other machines; else for programs on this one only. */
  readonly isOpen: boolean
}

const NAME = /^[a-z][a-z0-9_]{0,99}$/
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/

/** Serves `/metrics`. Figures tell of the whole node, never of a member; still they are nobody's business by default. */
export function serveMetrics(app: FastifyInstance, { figures, isOpen }: MetricsPort): void {
  app.get('/metrics', async (request, reply) => {
    if (!isOpen && !isLocal(request)) return sendProblem(request, reply, { code: 'not-found' })
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(prometheusText(figures()))
  })
}

/** Figures in Prometheus' text format 0.0.4. */
export function prometheusText(figures: readonly Figure[]): string {
  return figures
    .filter(({ values }) => values.length > 0)
    .flatMap(({ name, kind, help, values }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${kind}`,
      ...values.map(({ labels = {}, value }) => `${named(name)}${labelsText(labels)} ${numberText(value)}`),
    ])
    .map((line) => `${line}\n`)
    .join('')
}

/** A proxy on this machine passes on what others ask, and says so. */
function isLocal(request: FastifyRequest): boolean {
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip'].some((name) => name in request.headers)
  return !isForwarded && LOOPBACK.test(request.socket.remoteAddress ?? '')
}

function named(name: string): string {
  must(NAME.test(name), 'a figure has a name that monitors read', { name })
  return name
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) =>
      `${named(name)}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}
