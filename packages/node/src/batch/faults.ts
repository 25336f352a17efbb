import type { FaultTexts } from '@tri/units'

export const batchFaults = {
  'date-unusable': {
    en: '{option} "{text}" is no date. Write 2026-05-01 for a day, 2026-05 for a month, or 2026-05-01T10:00Z.',
    it: '{option} «{text}» non è una data. Scrivi 2026-05-01 per un giorno, 2026-05 per un mese, o 2026-05-01T10:00Z.',
  },
  'period-backwards': {
    en: '--from {from} is not before --to {to}. Exchange them.',
    it: '--from {from} non è prima di --to {to}. Scambiali.',
  },
  'period-not-whole-hours': {
    en: 'The rule {rule} settles whole hours, but the period runs from {from} to {until}. Choose whole hours with --from and --to.',
    it: 'La regola {rule} ripartisce ore intere, ma il periodo va da {from} a {until}. Scegli ore intere con --from e --to.',
  },
  'readings-missing': {
    en: '{slots} quarter hours ({days} days) without a reading, until {until}.',
    it: '{slots} quarti d’ora ({days} giorni) senza lettura, fino a {until}.',
  },
  'period-incomplete': {
    en: '{missing} of {expected} meter-slots are missing, in {gaps} gaps: nothing was settled. Import what is missing, choose a complete period with --from and --to, or name a rule with --substitute (last-week, same-weekday-mean, zero).',
    it: 'Mancano {missing} letture su {expected}, in {gaps} lacune: nulla è stato ripartito. Importa ciò che manca, scegli un periodo completo con --from e --to, o indica una regola con --substitute (last-week, same-weekday-mean, zero).',
  },
  'gap-not-substituted': {
    en: 'The rule {rule} cannot fill these {slots} quarter hours ({reason}). Import them, or choose another rule.',
    it: 'La regola {rule} non può riempire questi {slots} quarti d’ora ({reason}). Importali, o scegli un’altra regola.',
  },
  'out-not-empty': {
    en: 'The folder {folder} is not empty, and nothing in it is overwritten. Choose a new one.',
    it: 'La cartella {folder} non è vuota, e nulla vi viene sovrascritto. Scegline una nuova.',
  },
  'out-unusable': {
    en: 'The folder {folder} cannot be written ({reason}). Nothing was left behind.',
    it: 'La cartella {folder} non si può scrivere ({reason}). Nulla è rimasto a metà.',
  },
} as const satisfies FaultTexts
