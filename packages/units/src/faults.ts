import type { FaultTexts } from './fault.ts'

/** The sentences for the faults of this package. */
export const unitsFaults = {
  must: {
    en: 'The program broke a promise it makes to itself: {promise}. Nothing was written. Please report this with the log.',
    it: 'Il programma ha mancato a una promessa verso se stesso: {promise}. Nulla è stato scritto. Segnalalo con il registro.',
  },
  'quantity-not-exact': {
    en: '{value} is not an exact amount of {unit}: use a whole number below 9 007 199 254 740 992.',
    it: '{value} non è una quantità esatta di {unit}: usa un numero intero sotto 9 007 199 254 740 992.',
  },
  'slot-unusable': {
    en: '{slot} is not a quarter hour counted from 1970.',
    it: '{slot} non è un quarto d’ora contato dal 1970.',
  },
  'instant-unusable': {
    en: '{instant} is not a time in milliseconds since 1970.',
    it: '{instant} non è un istante in millisecondi dal 1970.',
  },
  'weights-unusable': {
    en: 'The shares {weights} cannot split anything: none may be negative, and one at least must be above 0.',
    it: 'Le quote {weights} non possono dividere nulla: nessuna negativa, almeno una sopra 0.',
  },
  'bytes-not-canonical': {
    en: 'These bytes are not the one canonical encoding of what they hold: {reason}.',
    it: 'Questi byte non sono la codifica canonica di ciò che contengono: {reason}.',
  },
  'bytes-not-hexadecimal': {
    en: '“{text}” is not a whole number of bytes in hexadecimal digits.',
    it: '“{text}” non è un numero intero di byte in cifre esadecimali.',
  },
  'key-unusable': {
    en: 'A key of {length} bytes is not an Ed25519 key: it must have 32.',
    it: 'Una chiave di {length} byte non è una chiave Ed25519: deve averne 32.',
  },
} as const satisfies FaultTexts
