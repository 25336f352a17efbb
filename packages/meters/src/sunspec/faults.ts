import type { FaultTexts } from '@tri/units'

export const sunspecFaults = {
  'sunspec-marker-missing': {
    en: 'The device does not mark its registers as SunSpec. Switch SunSpec on in its settings, or try another unit number.',
    it: 'Il dispositivo non contrassegna i suoi registri come SunSpec. Attiva SunSpec nelle impostazioni o prova un altro numero di unità.',
  },
  'sunspec-model-unreadable': {
    en: 'The device announces values that it then does not give. Read it again; if it stays so, its maker has to help.',
    it: 'Il dispositivo annuncia valori che poi non fornisce. Riprova; se continua, serve l’aiuto del produttore.',
  },
} as const satisfies FaultTexts
