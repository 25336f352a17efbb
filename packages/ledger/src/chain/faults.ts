import type { FaultTexts } from '@tri/units'

/** Why a block, a genesis or a proof is not believed. `{place}` is the part that is wrong. */
export const chainFaults = {
  'proof-malformed': {
    en: 'This is not a proof that can be read: at {place} there should be {expected}. Ask for it again.',
    it: 'Questa non è una prova leggibile: in {place} dovrebbe esserci {expected}. Richiedila di nuovo.',
  },
  'chain-differs': {
    en: 'What stands at {place} belongs to another community, or to another founding of this one.',
    it: 'Ciò che sta in {place} appartiene a un’altra comunità, o a un’altra fondazione di questa.',
  },
  'set-differs': {
    en: 'At {place} it is not the stewards who were to sign: nothing that is trusted names this set.',
    it: 'In {place} non sono i custodi che dovevano firmare: nulla di fidato nomina questo gruppo.',
  },
  'hash-differs': {
    en: 'What stands at {place} is not what was signed: its digest is another one.',
    it: 'Ciò che sta in {place} non è ciò che fu firmato: la sua impronta è un’altra.',
  },
  'height-out-of-order': {
    en: 'At {place} the height does not follow the one before it.',
    it: 'In {place} l’altezza non segue quella precedente.',
  },
  'signature-wrong': {
    en: 'The signature at {place} is not by the steward it should be by, or not under this.',
    it: 'La firma in {place} non è del custode che dovrebbe averla fatta, o non è sotto questo testo.',
  },
  'signatures-too-few': {
    en: 'At {place} too few have signed: more than two thirds of the stewards must.',
    it: 'In {place} hanno firmato in troppo pochi: servono più di due terzi dei custodi.',
  },
  'genesis-text-malformed': {
    en: 'This is not the text of a community’s genesis: it has the form tri:<community>:<43 letters>. Read it from the QR code.',
    it: 'Questo non è il testo della genesi di una comunità: ha la forma tri:<comunità>:<43 lettere>. Leggilo dal codice QR.',
  },
  'genesis-differs': {
    en: 'The genesis in {place} is not the one of the text that was given: this proof is about another community.',
    it: 'La genesi in {place} non è quella del testo indicato: questa prova riguarda un’altra comunità.',
  },
  'root-differs': {
    en: 'What is proved does not lead to the state that the stewards signed: {place} is wrong.',
    it: 'Ciò che si prova non conduce allo stato firmato dai custodi: {place} è sbagliato.',
  },
  'members-too-few': {
    en: 'At {place} too few members have signed the new founding: more than half of those with a key must.',
    it: 'In {place} troppo pochi soci hanno firmato la nuova fondazione: serve più della metà di quelli con una chiave.',
  },
  'refounding-malformed': {
    en: 'This is not a text of a new founding: {place} should be one. Read it from the QR code once more.',
    it: 'Questo non è un testo di una nuova fondazione: {place} dovrebbe esserlo. Leggilo di nuovo dal codice QR.',
  },
} as const satisfies FaultTexts
