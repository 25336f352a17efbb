import { describe, expect, test } from 'vitest'

import { readoutDialogue, REPEATS_MAX } from '../../src/iec62056/readout-dialogue.ts'
import { BLOCK, latin1, readoutOf, SETS } from './iec-readout.ts'

const NAK = Uint8Array.of(0x15)
const identification = (text: string) => latin1(`/${text}\r\n`)
const acknowledged = (speed: string) => latin1(`\u00060${speed}0\r\n`)
const DAMAGED = BLOCK.replace('285.4', '285.5')

describe('the conversation of a readout', () => {
  test('calls whichever meter hears it, or one by its address', () => {
    expect(readoutDialogue().begin()).toEqual({ send: latin1('/?!\r\n') })
    expect(readoutDialogue({ address: '00012345 Ab' }).begin()).toEqual({
      send: latin1('/?00012345 Ab!\r\n'),
    })
  })

  test.each(['12!', 'a/b', '1'.repeat(33), 'è'])('refuses the address %j', (address) => {
    expect(() => readoutDialogue({ address })).toThrow('meter-address-unusable')
  })

  test.each([
    { meter: 'TRI0METER', mode: 'C', step: { send: acknowledged('0') } },
    { meter: 'ISk5MT174-0001', mode: 'C', step: { send: acknowledged('5'), baud: 9600 } },
    { meter: 'TRI6METER', mode: 'C', step: { send: acknowledged('6'), baud: 19_200 } },
    { meter: 'LGZ5\\2ZMD4104407.B31', mode: 'E', step: { send: acknowledged('5'), baud: 9600 } },
    { meter: 'ACE0\\3k260V01.18', mode: 'E', step: { send: acknowledged('0') } },
    { meter: 'SIEC2WR5', mode: 'B', step: { baud: 2400 } },
    { meter: 'TRIA1', mode: 'B', step: { baud: 600 } },
    { meter: 'TRI METER', mode: 'A', step: {} },
    { meter: 'TRI9METER', mode: 'A', step: {} },
  ])('answers $meter in mode $mode', ({ meter, mode, step }) => {
    const talk = readoutDialogue()
    talk.begin()
    expect(talk.received(identification(meter))).toEqual(step)
    expect(talk.mode).toBe(mode)
    expect(talk.received(latin1(BLOCK))).toEqual({})
    expect(talk.isDone).toBe(true)
  })

  test('waits for the whole identification, and takes the echo of its own call for none', () => {
    const talk = readoutDialogue()
    const heard = latin1('/?!\r\n/TRI5METER\r\n')
    const steps = Array.from(heard, (byte) => talk.received(Uint8Array.of(byte)))
    expect(steps.slice(0, -1)).toEqual(steps.slice(1).map(() => ({})))
    expect(steps.at(-1)).toEqual({ send: acknowledged('5'), baud: 9600 })
  })

  test('stays at the first speed where the line cannot go faster', () => {
    const talk = readoutDialogue({ baudMax: 4800 })
    expect(talk.received(identification('TRI5METER'))).toEqual({ send: acknowledged('0') })
    expect(readoutDialogue({ baudMax: 9600 }).received(identification('TRI5METER'))).toMatchObject({
      baud: 9600,
    })
  })

  test('asks again for a damaged block, as often as is allowed', () => {
    const talk = readoutDialogue()
    talk.received(identification('TRI5METER'))
    for (let repeat = 0; repeat < REPEATS_MAX; repeat++)
      expect(talk.received(latin1(DAMAGED))).toEqual({ send: NAK })
    expect(talk.isDone).toBe(false)
    expect(talk.received(latin1(DAMAGED))).toEqual({})
    expect(talk.isDone).toBe(true)
  })

  test('is content with the block that was repeated', () => {
    const talk = readoutDialogue()
    talk.received(identification('TRI5METER'))
    expect(talk.received(latin1(DAMAGED))).toEqual({ send: NAK })
    expect(talk.received(latin1(BLOCK))).toEqual({})
    expect(talk.isDone).toBe(true)
    expect(talk.received(latin1(DAMAGED))).toEqual({})
  })

  test('asks nothing again in modes A and B, which have no word for it', () => {
    const talk = readoutDialogue()
    talk.received(identification('SIEC2WR5'))
    expect(talk.received(latin1(DAMAGED))).toEqual({})
    expect(talk.isDone).toBe(true)
  })

  test('is over at once when a meter sends everything in one breath', () => {
    const talk = readoutDialogue()
    expect(talk.received(readoutOf(SETS, 'TRI METER'))).toEqual({})
    expect(talk.isDone).toBe(true)
  })
})
