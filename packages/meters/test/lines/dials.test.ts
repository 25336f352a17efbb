import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { dialFile } from '../../src/lines/file-dial.ts'
import { ANSWER_BYTES_MAX, dialHttp } from '../../src/lines/http-dial.ts'
import { dialTcp } from '../../src/lines/tcp-dial.ts'
import { lineRig, type LineRig } from '../../src/testing/index.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const textOf = ({ items }: LineRig<Uint8Array>) =>
  items.map((bytes) => new TextDecoder().decode(bytes)).join('')

const talk = () => ({
  begin: () => ({ send: encode('/?!\r\n') }),
  received: (bytes: Uint8Array) => (bytes[0] === 0x2f ? { send: encode('ack') } : {}),
})

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  return address.port
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tri-line-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

test('a bridge that hangs up after each telegram is dialled again, and nothing it sent is lost', async () => {
  let calls = 0
  const port = await listening(
    createServer((socket) => socket.on('error', () => undefined).end(`telegram ${calls++}\n`)),
  )
  await using rig = lineRig(() => dialTcp({ host: '127.0.0.1', port }))
  await rig.until((of) => textOf(of).includes('telegram 2'))
  expect(textOf(rig)).toMatch(/^telegram 0\ntelegram 1\ntelegram 2\n/)
})

test('a port where nobody listens is a broken line, named by the system’s own word', async () => {
  const server = createServer()
  const port = await listening(server)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await using rig = lineRig(() => dialTcp({ host: '127.0.0.1', port }), { name: `tcp://127.0.0.1:${port}` })
  await rig.until(({ states }) => states.length >= 2)
  expect(rig.states[1]).toMatchObject({
    problem: { code: 'line-broken', details: { reason: 'ECONNREFUSED' } },
  })
})

test('a conversation is held with a meter that has to be asked', async () => {
  const port = await listening(
    createServer((socket) =>
      socket.on('data', (piece) => void socket.write(piece.includes('?') ? '/METER\r\n' : '!')),
    ),
  )
  await using rig = lineRig(() => dialTcp({ host: '127.0.0.1', port }, talk))
  await rig.until((of) => textOf(of).endsWith('!'))
  expect(textOf(rig)).toBe('/METER\r\n!')
})

test('a file is read from its end on, through being cut short and being replaced', async () => {
  const path = join(await folder(), 'telegrams.log')
  await writeFile(path, 'old')
  await using rig = lineRig((ports) => dialFile({ path, from: 'end', everyMs: 1000 }, ports))
  await rig.until(({ pauses }) => pauses.length > 2)
  await appendFile(path, 'one ')
  await rig.until((of) => textOf(of) === 'one ')
  await truncate(path, 0)
  const looked = rig.pauses.length
  await rig.until(({ pauses: { length } }) => length > looked + 2)
  await appendFile(path, 'two ')
  await rig.until((of) => textOf(of) === 'one two ')
  await writeFile(`${path}.new`, 'three and more')
  await rename(`${path}.new`, path)
  await rig.until((of) => textOf(of) === 'one two three and more')
})

test('a file that is not there yet is waited for', async () => {
  const path = join(await folder(), 'later.log')
  await using rig = lineRig((ports) => dialFile({ path, from: 'start', everyMs: 1000 }, ports))
  await rig.until(({ states }) => states.some(({ is }) => is === 'waiting'))
  await writeFile(path, 'here')
  await rig.until((of) => textOf(of) === 'here')
})

test('a device is asked with its password, and a refusal or an endless answer is named', async () => {
  const answers = [
    (login: string | undefined) => ({
      status: login === 'Basic ZG9vcjpzZXNhbWU=' ? 200 : 401,
      body: '{"power":7}',
    }),
    () => ({ status: 302, body: '' }),
    () => ({ status: 200, body: 'x'.repeat(ANSWER_BYTES_MAX + 1) }),
  ]
  let asked = 0
  const server = createHttpServer((request, answer) => {
    const { status, body } = answers[Math.min(asked++, 2)]?.(request.headers.authorization) ?? {
      status: 500,
      body: '',
    }
    answer.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body)
  })
  const url = `http://127.0.0.1:${await listening(server)}/rpc`
  onTestFinished(() => server.closeAllConnections())
  const login = { user: 'door', password: 'sesame' }
  await using rig = lineRig((ports) => dialHttp({ url, everyMs: 1000, login }, ports), { name: url })
  await rig.until(({ states }) => states.filter(({ is }) => is === 'waiting').length >= 2)
  await rig.close()
  expect(textOf(rig)).toBe('{"power":7}')
  const problems = rig.states.flatMap((state) => (state.is === 'waiting' ? [state.problem.code] : []))
  expect(problems.slice(0, 2)).toEqual(['answer-not-ok', 'answer-too-long'])
  expect(JSON.stringify(rig.states)).not.toContain('sesame')
})
