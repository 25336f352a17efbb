import type { MemberName, ResponseOf, Routes } from '@tri/contract'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'

import { sendProblem } from './answers.ts'
import { sessionToken, setSessionCookie } from './door.ts'
import type { LiveStream } from './live-stream.ts'
import { accessCheck, mountable, readerOf } from './mount.ts'
import type { Reader } from './ports.ts'
import type { Sessions } from './sessions.ts'

type BodyOf<Name extends 'openSession' | 'setLanguage'> = z.output<Routes[Name]['body']>

interface Ground {
  readonly sessions: Sessions
  readonly live: LiveStream
  /** How other members see this one; undefined when she is no member (any more). */
  readonly memberName: (member: string) => MemberName | undefined
}

/** Mounts the routes that open, show and end a session, and the live stream. */
export function mountSessions(app: FastifyInstance, ground: Ground): void {
  const { sessions } = ground
  const shown = (reader: Reader | undefined): ResponseOf<'session'> => ({
    role: reader?.role ?? null,
    member: reader === undefined ? null : (ground.memberName(reader.member) ?? null),
    language: reader?.language ?? null,
  })

  app.route<{ Body: BodyOf<'openSession'> }>({
    ...mountable('openSession'),
    handler: async (request, reply) => {
      const outcome = sessions.claim(request.body.token, request.ip)
      if (!outcome.ok) return sendProblem(request, reply, outcome.refusal)
      const { token, reader, validMs } = outcome.value
      setSessionCookie(request, reply, token, validMs)
      return reply.code(201).send(shown(reader))
    },
  })
  app.route({
    ...mountable('session'),
    handler: async (request, reply) => reply.send(shown(readerOf(request, sessions))),
  })
  app.route({
    ...mountable('closeSession'),
    handler: async (request, reply) => {
      const token = sessionToken(request)
      if (token !== undefined) sessions.end(token)
      setSessionCookie(request, reply, '', 0)
      return reply.send({})
    },
  })
  app.route<{ Body: BodyOf<'setLanguage'> }>({
    ...mountable('setLanguage'),
    onRequest: accessCheck('member', sessions),
    handler: async (request, reply) => {
      sessions.setLanguage(sessionToken(request) ?? '', request.body.language)
      return reply.send(shown(readerOf(request, sessions)))
    },
  })
  mountStream(app, ground)
}

function mountStream(app: FastifyInstance, { sessions, live }: Ground): void {
  app.route({
    ...mountable('events'),
    handler: async (request, reply) => {
      const last = request.headers['last-event-id']
      const joined = live.join(reply.raw, {
        reader: () => readerOf(request, sessions),
        lastEventId: typeof last === 'string' ? last : undefined,
      })
      if (!joined) return sendProblem(request, reply, { code: 'too-many-streams' })
      return reply.hijack()
    },
  })
}
