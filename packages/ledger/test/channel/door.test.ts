import { connect as connectPlain } from 'node:net'
import { once } from 'node:events'
import { connect, createServer } from 'node:tls'

import { accept } from '@tri/units'
import { describe, expect, it } from 'vitest'

import { doorCertificate } from '../../src/channel/certificate.ts'
import { connectToDoor, type Caller } from '../../src/channel/door-link.ts'
import { frameOf } from '../../src/channel/frames.ts'
import { TLS_TERMS } from '../../src/channel/peer-key.ts'
import { AUDIENCES, doorRequests, type Audience, type RequestName } from '../../src/channel/requests.ts'
import { inputs, openDoorAtProva, seededKey, serving, type OpenDoor } from './open-doors.ts'
import { closed, handshaken, sentRaw } from './raw-door.ts'

const secret = new Uint8Array(16).fill(7)

/** Everybody as she comes to the door. */
function callers(of: OpenDoor): Readonly<Record<Audience, Caller>> {
  const box = seededKey('box-of-home-1')
  of.invitations.invite('home-1', secret)
  return {
    stranger: { key: seededKey('nobody') },
    member: { key: box, warrant: of.warrantFor('home-1', box) },
    candidate: { key: seededKey('new-box'), secret },
    steward: { key: seededKey('steward-box') },
  }
}

const allowed = (audience: Audience) =>
  Object.values(doorRequests)
    .filter((request) => request.for.includes(audience))
    .map(({ name }) => name)

describe('a steward’s door', () => {
  it.each(AUDIENCES)('answers to a %s what is for her and nothing else', async (audience) => {
    await using of = await openDoorAtProva()
    const caller = callers(of)[audience]
    using link = await connectToDoor(caller, of.pinned)
    expect(link.as).toBe(audience)
    for (const name of Object.keys(doorRequests) as RequestName[]) {
      const request = doorRequests[name]
      const answer = await link.ask(request as typeof doorRequests.tip, inputs[name] as Record<string, never>)
      const mayAsk = request.for.includes(audience)
      expect([name, answer.ok]).toEqual([name, mayAsk])
      if (!answer.ok) expect(answer.refusal).toEqual({ is: 'door-not-for-you', details: { request: name } })
    }
    expect(of.failures).toEqual([])
  })

  it('tells strangers nothing, and members nothing of the whole book', () => {
    expect(allowed('stranger')).toEqual(['hello'])
    for (const name of ['snapshot', 'chunk', 'document', 'blocks', 'lastSigned', 'ready'])
      expect(allowed('member')).not.toContain(name)
  })

  it('knows a member by her own key as well', async () => {
    await using of = await openDoorAtProva()
    using link = await connectToDoor({ key: seededKey('home-2') }, of.pinned)
    expect(link.as).toBe('member')
  })

  it('lets nobody in on a warrant that is another’s, for another box or chain, too long, or over', async () => {
    let at = 1_780_315_200_000
    await using of = await openDoorAtProva({ now: () => at })
    const box = seededKey('a-box')
    const good = of.warrantFor('home-1', box)
    const bad = [
      { ...good, member: 'home-2' },
      { ...good, chain: 'tri-other' },
      { ...good, tls: seededKey('other-box').publicKey },
      { ...good, until: good.until + 1 },
      of.warrantFor('home-1', box, 367),
    ]
    for (const warrant of bad)
      await expect(connectToDoor({ key: box, warrant }, of.pinned)).rejects.toThrow('door-warrant-unusable')
    // Signed well, but by a key that is not the member's.
    const forged = { ...of.warrantFor('home-2', box), member: 'home-1' }
    await expect(connectToDoor({ key: box, warrant: forged }, of.pinned)).rejects.toThrow('door-warrant')
    using link = await connectToDoor({ key: box, warrant: good }, of.pinned)
    expect(link.as).toBe('member')
    at = good.until
    expect(await link.ask(doorRequests.tip, {})).toMatchObject({ refusal: { is: 'door-not-for-you' } })
  })

  it('makes a stranger of a member whose key is removed, and of a steward voted out, at the next request', async () => {
    await using of = await openDoorAtProva()
    const box = seededKey('a-box')
    const { publicKey } = seededKey('spare')
    of.stage.does('home-1', { kind: 'member.key', member: 'home-1', change: 'add', memberKey: publicKey })
    using member = await connectToDoor({ key: box, warrant: of.warrantFor('home-1', box) }, of.pinned)
    using steward = await connectToDoor({ key: seededKey('steward-box') }, of.pinned)
    const old = seededKey('home-1').publicKey
    of.stage.does('home-1', { kind: 'member.key', member: 'home-1', change: 'remove', memberKey: old })
    of.stewards.length = 0
    expect((await member.ask(doorRequests.tip, {})).ok).toBe(false)
    expect((await steward.ask(doorRequests.blocks, { from: 1, most: 1 })).ok).toBe(false)
  })

  it('takes an invitation once, from one box, within its day', async () => {
    let at = 1_000
    await using of = await openDoorAtProva({ now: () => at })
    of.invitations.invite('home-1', secret)
    const wrong = { key: seededKey('new-box'), secret: new Uint8Array(16) }
    await expect(connectToDoor(wrong, of.pinned)).rejects.toThrow('door-secret-unusable')
    using link = await connectToDoor({ key: seededKey('new-box'), secret }, of.pinned)
    expect(link.as).toBe('candidate')
    const other = { key: seededKey('other-box'), secret }
    await expect(connectToDoor(other, of.pinned)).rejects.toThrow('door-secret-unusable')
    using again = await connectToDoor({ key: seededKey('new-box') }, of.pinned)
    expect(again.as).toBe('candidate')
    at += 86_400_000
    expect((await again.ask(doorRequests.snapshot, {})).ok).toBe(false)
  })

  it('whose key differs is told nothing, not even who called', async () => {
    const received: number[] = []
    const { certificate, privateKey } = doorCertificate(seededKey('impostor'))
    const impostor = createServer(
      { ...TLS_TERMS, cert: certificate, key: privateKey, requestCert: true },
      (socket) => {
        socket.on('error', () => undefined)
        socket.on('data', ({ length }) => received.push(length))
      },
    )
    impostor.listen(0, '::1')
    await once(impostor, 'listening')
    const { port } = impostor.address() as { port: number }
    const door = { host: '::1', port, tls: seededKey('door').publicKey }
    await expect(connectToDoor({ key: seededKey('home-1') }, door)).rejects.toThrow('door-key-differs')
    impostor.close()
    await once(impostor, 'close')
    expect(received).toEqual([])
  })

  it('cuts off who shows no key, speaks an older TLS, or none', async () => {
    await using of = await openDoorAtProva()
    const keyless = connect({ ...TLS_TERMS, host: '::1', port: of.door.port })
    keyless.on('error', () => undefined)
    await closed(keyless)
    const tls12 = connect({
      host: '::1',
      port: of.door.port,
      rejectUnauthorized: false,
      maxVersion: 'TLSv1.2',
    })
    tls12.on('error', () => undefined)
    await closed(tls12)
    const plain = connectPlain(of.door.port, '::1')
    plain.on('error', () => undefined)
    plain.write('GET / HTTP/1.1\r\n\r\n')
    await closed(plain)
    expect([...of.door.cutOff]).toEqual([
      ['no-key', 1],
      ['handshake', 2],
    ])
  })

  it.each([
    ['a length beyond a stranger’s', Uint8Array.of(0, 0, 16, 1)],
    ['a length of four gibibytes', Uint8Array.of(255, 255, 255, 255)],
    ['bytes that are no CBOR', Uint8Array.of(0, 0, 0, 2, 0xff, 0xff)],
    ['CBOR that is not canonical', Uint8Array.of(0, 0, 0, 2, 0x18, 0x01)],
    ['a list nested without end', Uint8Array.from([0, 0, 15, 0, ...Array<number>(3840).fill(0x81)])],
    ['a message that is no request', frameOf({ hello: true }, 100)],
    ['a request with a field too many', frameOf({ id: 1, ask: 'hello', of: {}, as: 'steward' }, 100)],
    ['a hello of the wrong form', frameOf({ id: 1, ask: 'hello', of: { secret: 'x' } }, 100)],
  ])('cuts off whoever sends %s, and goes on', async (_, bytes) => {
    await using of = await openDoorAtProva()
    await sentRaw(of, 'nobody', bytes)
    expect([...of.door.cutOff]).toEqual([['malformed', 1]])
    using link = await connectToDoor({ key: seededKey('home-1') }, of.pinned)
    expect(link.as).toBe('member')
    expect(of.failures).toEqual([])
  })

  it('knows no request but its own, whatever an object inherits', async () => {
    await using of = await openDoorAtProva()
    using link = await connectToDoor({ key: seededKey('home-1') }, of.pinned)
    for (const name of ['everything', 'constructor', '__proto__', 'toString'])
      expect(await link.ask({ ...doorRequests.tip, name }, {})).toMatchObject({
        refusal: { is: 'door-unknown-request' },
      })
  })

  it('asks a hasty member to slow down, but not a steward', async () => {
    await using of = await openDoorAtProva({ rate: { burst: 3, perSecond: 1 } })
    using member = await connectToDoor({ key: seededKey('home-1') }, of.pinned)
    const asked = await Promise.all(Array.from({ length: 5 }, () => member.ask(doorRequests.tip, {})))
    expect(asked.map(({ ok }) => ok)).toEqual([true, true, false, false, false])
    of.stage.pass(1_000)
    expect((await member.ask(doorRequests.tip, {})).ok).toBe(true)
    using steward = await connectToDoor({ key: seededKey('steward-box') }, of.pinned)
    for (let i = 0; i < 10; i++) expect((await steward.ask(doorRequests.tip, {})).ok).toBe(true)
  })

  it('holds four connections of one key, and sends strangers away', async () => {
    await using of = await openDoorAtProva({ limits: { strangerMs: 1 } })
    const links = []
    for (let i = 0; i < 4; i++) links.push(await connectToDoor({ key: seededKey('home-1') }, of.pinned))
    await expect(connectToDoor({ key: seededKey('home-1') }, of.pinned)).rejects.toThrow('door-gone')
    for (const link of links) link[Symbol.dispose]()
    const stranger = await handshaken(of, 'nobody')
    await closed(stranger)
    expect(of.door.cutOff.get('stranger')).toBe(1)
  })

  it('tells of its own mistake only that there was one, and stays open', async () => {
    const broken = serving(doorRequests.tip, () => {
      throw new Error('the balance of home-2 is 12')
    })
    const tooLong = serving(doorRequests.lines, () => accept({ lines: [new Uint8Array(20_000_000)] }))
    await using of = await openDoorAtProva({ desk: { tip: broken, lines: tooLong } })
    using link = await connectToDoor({ key: seededKey('home-1') }, of.pinned)
    const failed = { ok: false, refusal: { is: 'door-failed', details: {} } }
    expect(await link.ask(doorRequests.tip, {})).toEqual(failed)
    expect(await link.ask(doorRequests.lines, { most: 1 })).toEqual(failed)
    expect(of.failures).toHaveLength(2)
  })

  it('that answers nothing is left after the time one has', async () => {
    const silent = serving(doorRequests.tip, () => new Promise<never>(() => undefined))
    await using of = await openDoorAtProva({ desk: { tip: silent } })
    using link = await connectToDoor({ key: seededKey('home-1') }, of.pinned)
    await expect(link.ask(doorRequests.tip, {}, { waitMs: 5 })).rejects.toThrow('door-silent')
    expect(link.gone.aborted).toBe(true)
    await expect(link.ask(doorRequests.genesis, {})).rejects.toThrow('door-silent')
  })

  it('that answers what was not asked, or in another form, is left', async () => {
    const odd = serving(doorRequests.tip, () => accept({ height: -1, block: new Uint8Array() }))
    await using of = await openDoorAtProva({ desk: { tip: odd } })
    using link = await connectToDoor({ key: seededKey('home-1') }, of.pinned)
    await expect(link.ask(doorRequests.tip, {})).rejects.toThrow('door-malformed')
  })
})
