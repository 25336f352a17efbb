import { expect, test } from 'vitest'

import { lineFrom, lineText } from '../../src/device/line-text.ts'

const texts = [
  '/dev/ttyUSB0',
  '/dev/serial/by-id/usb-FTDI_P1-if00@115200,8N1',
  'tcp://192.168.1.7:2001',
  'tcp://[fd00::7]:2001',
  'file:///var/log/p1.log',
  'http://192.168.1.8/api/v1/data',
  'mqtt://127.0.0.1:1883/tele/plug/SENSOR',
  'mqtt://broker.lan/evcc/site/grid/#',
  'modbus-tcp://192.168.1.9:502?unit=3',
  'modbus-rtu-tcp://192.168.1.9:8899?unit=1',
  'modbus-rtu:///dev/ttyUSB1?unit=3&baud=9600&format=8E1',
  'ocpp://CP-1/2',
  'ocpp://IT*TRI*E0001:a|b/1',
]

test.each(texts)('%s names a line and is its name again', (text) => {
  const line = lineFrom(text)
  if (!line.ok) throw new Error(text)
  expect(lineText(line.value)).toBe(text)
})

test.each([
  '',
  'ttyUSB0',
  'tcp://host',
  'tcp://host:99999',
  'ftp://host/x',
  'http://me:word@host/',
  'mqtt://host/',
  '/dev/x@1',
  'ocpp://',
  'ocpp://CP-1/65',
  'ocpp://CP-1/x',
])('%j names no line', (text) => {
  expect(lineFrom(text)).toEqual({ ok: false, refusal: 'line-text-unusable' })
})

test('settings that are left out are the usual ones of Modbus', () => {
  expect(lineFrom('modbus-tcp://inverter.lan')).toEqual({
    ok: true,
    value: { over: 'modbus-tcp', host: 'inverter.lan', port: 502, unit: 1, everyMs: 5000 },
  })
})
