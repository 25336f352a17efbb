import type { ResponseOf } from '@tri/contract'

import { language, numbers, texts } from '../language/language.ts'

export type Devices = ResponseOf<'devices'>
export type Device = Devices['devices'][number]
export type Seen = NonNullable<Device['seen']>
export type RawFrame = NonNullable<Device['lastFrame']>
export type Template = ResponseOf<'deviceTemplates'>['templates'][number]
export type Find = ResponseOf<'scan'>['finds'][number]
export type Role = Device['role']
export type Over = Device['line']['over']
type Sentences = NonNullable<Device['fault']>

export const ROLES: readonly Role[] = ['grid', 'plant', 'storage', 'load', 'charger', 'heat']

export function roleNamed(name: string | undefined): Role | undefined {
  return ROLES.find((role) => role === name)
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long ago, in one figure. */
export function ago(ageMs: number): string {
  const text = texts.value.devices.ago
  const { count } = numbers.value
  if (ageMs < MINUTE_MS) return text.seconds(count(Math.floor(ageMs / 1000)))
  if (ageMs < HOUR_MS) return text.minutes(count(Math.floor(ageMs / MINUTE_MS)))
  if (ageMs < DAY_MS) return text.hours(count(Math.floor(ageMs / HOUR_MS)))
  const days = Math.floor(ageMs / DAY_MS)
  return text.days(days, count(days))
}

/** What a device says now: a figure, and the word that gives it its direction. */
export function valueNow(seen: Seen | null, role: Role): { readonly figure: string; readonly word: string } {
  const text = texts.value.devices
  const { power, energy, count } = numbers.value
  if (seen === null) return { figure: '', word: text.nothingYet }
  const { powerW, importWh, exportWh, temperatureC, charge100, isOn } = seen
  if (powerW !== null)
    return { figure: power(Math.abs(powerW)), word: powerW < 0 ? text.outOf[role] : text.into[role] }
  if (charge100 !== null) return { figure: `${count(charge100)}\u00a0%`, word: text.charge }
  if (importWh !== null) return { figure: energy(importWh), word: text.register.in }
  if (exportWh !== null) return { figure: energy(exportWh), word: text.register.out }
  if (temperatureC !== null) return { figure: `${count(temperatureC)}\u00a0°C`, word: text.temperature }
  return { figure: '', word: isOn === null ? text.nothingYet : isOn ? text.on : text.off }
}

/** A kind of device in the reader's language; one that the pages do not know is called as the node calls it. */
export function kindName(template: string, title: string): string {
  const kinds: Readonly<Record<string, string>> = texts.value.devices.kinds
  return kinds[template] ?? title
}

/** What to do about frames that were not used, by the name of their problem. */
export function problemWords(problem: string): string {
  const text = texts.value.devices.problem
  if (/key|encrypted/.test(problem)) return text.key
  if (/mismatch|parity|damaged|crc/.test(problem)) return text.checksum
  if (/truncated|incomplete|too-long/.test(problem)) return text.cut
  return text.other
}

export function spoken(sentences: Sentences): string {
  return sentences[language.value]
}

/** Registers a meter has, told from what it said: those it does not send are not waited for. */
export function countsOf({ importWh, exportWh }: Seen): { readonly counts?: 'import' | 'export' } {
  if (importWh !== null && exportWh === null) return { counts: 'import' }
  return importWh === null && exportWh !== null ? { counts: 'export' } : {}
}

export const DEVICE_NAME = /^[a-z0-9][a-z0-9-]{0,31}$/

/** A name as it may be, made of what somebody wrote: `Tetto Sud` is tetto-sud. */
export function deviceNameOf(written: string): string {
  return written
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}

const FIRST_NAMES: Readonly<Record<'en' | 'it', Readonly<Record<Role, string>>>> = {
  en: { grid: 'meter', plant: 'roof', storage: 'battery', load: 'plug', charger: 'charger', heat: 'heating' },
  it: {
    grid: 'contatore',
    plant: 'tetto',
    storage: 'batteria',
    load: 'presa',
    charger: 'ricarica',
    heat: 'riscaldamento',
  },
}

/** A name that nobody has yet, for a device of a role. */
export function freshName(role: Role, taken: ReadonlySet<string>): string {
  const first = FIRST_NAMES[language.value][role]
  for (let next = 1; ; next += 1) {
    const name = next === 1 ? first : `${first}-${next}`
    if (!taken.has(name)) return name
  }
}
