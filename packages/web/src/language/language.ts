import { computed, effect } from '@preact/signals'

import { numberFormat } from '../format/number.ts'
import { timeFormat } from '../format/time.ts'
import { preference } from '../live/preference.ts'
import { zone } from '../live/zone.ts'
import { en } from './en.ts'
import { it } from './it.ts'

export const LANGUAGES = ['en', 'it'] as const
export type Language = (typeof LANGUAGES)[number]

const spoken: Language = (globalThis.navigator?.language ?? 'en').startsWith('it') ? 'it' : 'en'

export const language = preference<Language>('language', LANGUAGES, spoken)

/** Every sentence of the pages in the language in force. */
export const texts = computed(() => (language.value === 'it' ? it : en))

const locale = computed(() => (language.value === 'it' ? ('it-IT' as const) : ('en-GB' as const)))

/** Numbers in the language in force. */
export const numbers = computed(() => numberFormat(locale.value))

/** Times in the language in force and the zone of the community. */
export const times = computed(() => timeFormat(locale.value, zone.value))

/** Keeps the document's language equal to the one in force. Called once, when the page starts. */
export function announceLanguage(): () => void {
  return effect(() => {
    document.documentElement.lang = language.value
  })
}
