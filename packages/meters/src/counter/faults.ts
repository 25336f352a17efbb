import type { FaultTexts } from '@tri/units'

/** The sentences for slots that have no balance. */
export const counterFaults = {
  'flows-unknown': {
    en: 'More than one flow of the household is not measured: only one can be derived from the others.',
    it: 'Più di un flusso della casa non è misurato: solo uno si può ricavare dagli altri.',
  },
  'share-too-large': {
    en: 'More was shared with neighbours than the meter imported or exported in this quarter hour. Settle it again.',
    it: 'Con i vicini è stato scambiato più di quanto il contatore abbia prelevato o immesso in questo quarto d’ora. Ripeti la regolazione.',
  },
} as const satisfies FaultTexts
