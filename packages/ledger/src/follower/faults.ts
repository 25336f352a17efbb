import type { FaultTexts } from '@tri/units'

/** The sentences of a member's own box, by code. */
export const followerFaults = {
  'follower-tampered': {
    en: 'What this box holds no longer proves itself, at {place}: somebody changed its disk. Begin anew from the genesis’ text.',
    it: 'Ciò che questa scatola conserva non si dimostra più, in {place}: qualcuno ha cambiato il suo disco. Ricomincia dal testo della genesi.',
  },
  'steward-lies': {
    en: 'What the steward shows is not what the community signed: {place} is wrong. Ask another steward, and tell the others.',
    it: 'Ciò che il custode mostra non è ciò che la comunità ha firmato: {place} è sbagliato. Chiedi a un altro custode, e dillo agli altri.',
  },
} as const satisfies FaultTexts
