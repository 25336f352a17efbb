import { closeSync, constants, openSync, readdirSync, readlinkSync, writeSync } from 'node:fs'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test } from 'vitest'

import { withEvenParity } from '../../src/lines/even-parity.ts'
import { dialSerial } from '../../src/lines/serial-dial.ts'
import { canMakePty, lineRig, ptyPair, until } from '../../src/testing/index.ts'

const isPossible = canMakePty || process.env['CI'] === 'true'
if (!isPossible) console.log('serial lines are not tried: socat is not installed')

const encode = (text: string) => new TextEncoder().encode(text)

/** What a descriptor of this process is open on; nothing for one that was closed meanwhile. */
function targetOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return ''
  }
}

function writeTo(path: string, bytes: Uint8Array): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK)
  writeSync(file, bytes)
  closeSync(file)
}

describe.skipIf(!isPossible)('a serial line', () => {
  test('brings the bytes as they were sent, control characters and all', async () => {
    await using pty = await ptyPair()
    await using rig = lineRig(() => dialSerial({ path: pty.nodeEnd, baud: 115_200, format: '8N1' }))
    await rig.until(({ states }) => states.some(({ is }) => is === 'up'))
    writeTo(pty.meterEnd, encode('/ISK5\r\n\x03\x04\x11\x13\x7f!\r\n'))
    await rig.until(({ items }) => items.reduce((sum, { length }) => sum + length, 0) >= 15)
    expect(new TextDecoder().decode(Buffer.concat(rig.items))).toBe('/ISK5\r\n\x03\x04\x11\x13\x7f!\r\n')
  })

  test.skipIf(process.platform !== 'linux')('leaves nothing open when it is closed', async () => {
    await using pty = await ptyPair()
    const device = await realpath(pty.nodeEnd)
    const openOnes = () => readdirSync('/proc/self/fd').filter((name) => targetOf(name) === device).length
    for (let time = 0; time < 3; time++) {
      const rig = lineRig(() => dialSerial({ path: pty.nodeEnd, baud: 9600, format: '8N1' }))
      await rig.until(({ states }) => states.some(({ is }) => is === 'up'))
      expect(openOnes()).toBe(1)
      await rig.close()
    }
    await until(
      () => openOnes() === 0,
      () => 'the end of the last descriptor',
    )
  })

  test('is open again by itself when the cable was pulled and is back', async () => {
    const pulled = await ptyPair()
    await using rig = lineRig(() => dialSerial({ path: pulled.nodeEnd, baud: 9600, format: '7E1' }))
    await rig.until(({ states }) => states.some(({ is }) => is === 'up'))
    await pulled.unplug()
    await rig.until(({ states }) => states.some(({ is }) => is === 'waiting'))
    await pulled.plugIn()
    await rig.until(({ states }) => states.filter(({ is }) => is === 'up').length === 2)
  })

  test('asks a meter and changes its speed where the conversation says so', async () => {
    await using pty = await ptyPair()
    const sent: string[] = []
    const talk = () => ({
      begin: () => ({ send: encode('/?!\r\n'), baud: 300 }),
      received: (bytes: Uint8Array) => {
        sent.push(new TextDecoder().decode(bytes))
        return { baud: 4800 }
      },
    })
    await using meter = lineRig(() => dialSerial({ path: pty.meterEnd, baud: 300, format: '7E1' }))
    await meter.until(({ states }) => states.some(({ is }) => is === 'up'))
    await using rig = lineRig(() => dialSerial({ path: pty.nodeEnd, baud: 300, format: '7E1' }, talk))
    await meter.until(({ items }) => Buffer.concat(items).toString() === '/?!\r\n')
    writeTo(pty.meterEnd, withEvenParity(encode('/ISK5MT174\r\n')))
    await rig.until(() => sent.join('') === '/ISK5MT174\r\n')
  })

  test('refuses a file that is no serial port, and a speed that none has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tri-serial-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const path = join(folder, 'plain')
    await writeFile(path, '')
    await using plain = lineRig(() => dialSerial({ path, baud: 9600, format: '8N1' }))
    await plain.until(({ states }) => states.length > 1)
    expect(plain.states[1]).toMatchObject({ problem: { code: 'line-not-serial' } })
    await using pty = await ptyPair()
    await using odd = lineRig(() => dialSerial({ path: pty.nodeEnd, baud: 12_345, format: '8N1' }))
    await odd.until(({ states }) => states.length > 1)
    expect(odd.states[1]).toMatchObject({ problem: { code: 'line-refused-settings' } })
  })
})
