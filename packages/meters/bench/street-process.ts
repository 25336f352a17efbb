import { epochMs, wattHour } from '@tri/units'

import { p1Telegram } from '../src/virtual/p1-telegram.ts'
import { sunspecServer, telegramServer } from '../src/virtual/virtual-devices.ts'

// A process of its own for what is measured against: so many P1 meters that send every second, and one device behind Modbus
// TCP. It tells their ports on its first line, and ends when its input ends.

const meters = Number(process.argv[2])
const EVERY_MS = 1000
const startedAt = Date.now()

const shows = (index: number) => () => {
  const seconds = Math.floor((Date.now() - startedAt) / EVERY_MS)
  return {
    at: epochMs(Date.now()),
    serial: `TRI${String(index).padStart(7, '0')}`,
    importWh: wattHour(1_000_000 + seconds),
    exportWh: wattHour(0),
    powerW: 300 + index,
  }
}

const servers = await Promise.all(
  Array.from({ length: meters }, (_, index) => telegramServer(shows(index), p1Telegram)),
)
const modbus = await sunspecServer(shows(0), 'meter')
// Spread over the second, as meters of a street are.
const timers = servers.map((server, index) => {
  const tick = () => server.tick()
  let timer = setTimeout(
    () => {
      tick()
      timer = setInterval(tick, EVERY_MS)
    },
    (index * EVERY_MS) / meters,
  )
  return () => clearTimeout(timer)
})
process.stdout.write(`${JSON.stringify({ ports: servers.map(({ port }) => port), modbus: modbus.port })}\n`)
process.stdin.resume()
process.stdin.once('end', () => {
  for (const stop of timers) stop()
  process.exit()
})
