import type { FaultTexts } from '@tri/units'

export const cliFaults = {
  unexpected: {
    en: 'Something went wrong that we did not foresee: {reason}. Nothing was half-done. Please report it.',
    it: 'È successo qualcosa di imprevisto: {reason}. Nulla è rimasto a metà. Segnalalo, per favore.',
  },
  'amount-unusable': {
    en: '"{amount}" is not an amount of credit: write a number above 0 with at most six decimals, such as 12.50.',
    it: '"{amount}" non è un importo: scrivi un numero sopra 0 con al massimo sei decimali, come 12,50.',
  },
  'not-confirmed': {
    en: 'Nothing was done: it was not confirmed. Answer y, or add --yes.',
    it: 'Non è stato fatto nulla: manca la conferma. Rispondi s, oppure aggiungi --yes.',
  },
  'month-unusable': {
    en: '"{month}" is not a month: write it as 2026-05.',
    it: '"{month}" non è un mese: scrivilo come 2026-05.',
  },
  'passphrase-absent': {
    en: 'A passphrase is needed. Type it when asked, or give it to a script in TRI_VAULT_PASSPHRASE.',
    it: 'Serve una frase segreta. Scrivila quando è chiesta, o dalla a uno script in TRI_VAULT_PASSPHRASE.',
  },
  'passphrases-differ': {
    en: 'The two passphrases are not the same. Nothing was done: try again.',
    it: 'Le due frasi segrete non sono uguali. Non è stato fatto nulla: riprova.',
  },
} as const satisfies FaultTexts
