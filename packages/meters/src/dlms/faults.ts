import type { FaultTexts } from '@tri/units'

export const cipheringFaults = {
  'key-missing': {
    en: 'The meter encrypts what it sends, and there is no key for it. Ask the grid operator for the key of the customer port.',
    it: 'Il contatore cifra ciò che invia e non c’è una chiave per aprirlo. Chiedi al distributore la chiave della porta utente.',
  },
  'key-wrong': {
    en: 'The key does not open what the meter sends. Compare it, digit by digit, with the letter of the grid operator.',
    it: 'La chiave non apre ciò che il contatore invia. Confrontala, cifra per cifra, con la lettera del distributore.',
  },
} as const satisfies FaultTexts
