import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { METER_CAPTURES } from '../../src/testing/index.ts'

/** A telegram beside the fields that wmbusmeters' driver of that meter reads from it. */
export interface KnownTelegram {
  readonly driver: string
  readonly bytes: Uint8Array
  readonly key?: Uint8Array
  readonly expected: Readonly<Record<string, unknown>>
}

interface TelegramFile {
  readonly tests: readonly {
    readonly driver: string
    readonly key: string
    readonly telegram: string
    readonly expected: Readonly<Record<string, unknown>>
  }[]
}

/** All telegrams of the captures; one of them was cut in the middle of a byte, which is left out. */
export function knownTelegrams(): KnownTelegram[] {
  const path = join(METER_CAPTURES, 'wmbus/wmbusmeters-telegrams.json')
  const { tests }: TelegramFile = JSON.parse(readFileSync(path, 'utf8'))
  return tests.map(({ driver, key, telegram, expected }) => ({
    driver,
    bytes: Uint8Array.fromHex(telegram.slice(0, telegram.length - (telegram.length % 2))),
    ...(/^[0-9a-f]{32}$/i.test(key) ? { key: Uint8Array.fromHex(key) } : {}),
    expected,
  }))
}
