import type { FaultTexts } from '@tri/units'

/** Why a steward's door did not answer a request that was well formed. */
export const doorRefusals = {
  'door-unknown-request': {
    en: 'This steward’s program does not know the request {request}: it is of another version.',
    it: 'Il programma di questo custode non conosce la richiesta {request}: è di un’altra versione.',
  },
  'door-not-for-you': {
    en: 'The steward does not answer {request} to you: it is for others.',
    it: 'Il custode non risponde a te su {request}: è per altri.',
  },
  'door-warrant-unusable': {
    en: 'The word by which a member vouches for this box is not hers, or its time is over. Sign it again.',
    it: 'La parola con cui un socio garantisce per questa scatola non è sua, o è scaduta. Firmala di nuovo.',
  },
  'door-secret-unusable': {
    en: 'This invitation was taken up by another box, or its time is over. Ask for a new one.',
    it: 'Questo invito è stato usato da un’altra scatola, o è scaduto. Chiedine uno nuovo.',
  },
  'door-busy': {
    en: 'Too many questions at once. Ask again in a while.',
    it: 'Troppe domande insieme. Riprova tra un po’.',
  },
  'door-not-held': {
    en: 'The steward does not hold what was asked for.',
    it: 'Il custode non ha ciò che è stato chiesto.',
  },
  'door-not-taken': {
    en: 'The steward could not take the operation ({reason}). Nothing is wrong with it: it is sent to another one.',
    it: 'Il custode non ha potuto prendere l’operazione ({reason}). L’operazione va bene: si manda a un altro.',
  },
  'door-not-your-own': {
    en: 'A member hands in her own operations only.',
    it: 'Un socio consegna solo le proprie operazioni.',
  },
  'door-too-few-meters': {
    en: 'Too few meters stand behind this total: it would tell what single homes did.',
    it: 'Dietro questo totale ci sono troppo pochi contatori: direbbe che cosa hanno fatto le singole case.',
  },
  'door-failed': {
    en: 'The steward could not answer. Ask another one.',
    it: 'Il custode non ha potuto rispondere. Chiedi a un altro.',
  },
} as const satisfies FaultTexts

const faultsOnly = {
  'door-unopenable': {
    en: 'The stewards’ door cannot open at {address}, port {port}: another program has it, or the address is not this machine’s.',
    it: 'La porta dei custodi non si apre su {address}, porta {port}: la usa un altro programma, o l’indirizzo non è di questa macchina.',
  },
  'door-unreachable': {
    en: 'No steward answers at {address}. Is the box on, and in the same network?',
    it: 'Nessun custode risponde su {address}. La scatola è accesa, e nella stessa rete?',
  },
  'door-key-differs': {
    en: 'Who answers at {address} is not the steward expected there: its key is another. Nothing was told to it.',
    it: 'Chi risponde su {address} non è il custode atteso: ha un’altra chiave. Non gli è stato detto nulla.',
  },
  'door-silent': {
    en: 'The steward at {address} took the call and then said nothing.',
    it: 'Il custode su {address} ha preso la chiamata e poi non ha detto nulla.',
  },
  'door-gone': {
    en: 'The steward at {address} ended the connection.',
    it: 'Il custode su {address} ha chiuso la connessione.',
  },
  'door-malformed': {
    en: 'What the steward at {address} sent is not an answer this program can read.',
    it: 'Ciò che ha mandato il custode su {address} non è una risposta che questo programma sappia leggere.',
  },
  'outbox-full': {
    en: 'More than {most} operations of this box wait for a steward. Nothing was taken: connect it first.',
    it: 'Più di {most} operazioni di questa scatola aspettano un custode. Nulla è stato preso: prima collegala.',
  },
  'frame-too-long': {
    en: 'A message of {bytes} bytes is longer than the {most} that are taken here.',
    it: 'Un messaggio di {bytes} byte è più lungo dei {most} che qui si accettano.',
  },
} as const satisfies FaultTexts

/** The sentences of the stewards' doors, by code. */
export const channelFaults = { ...doorRefusals, ...faultsOnly } as const satisfies FaultTexts

export function isDoorRefusal(name: string): name is keyof typeof doorRefusals {
  return Object.hasOwn(doorRefusals, name)
}
