import type { FaultText } from '@tri/units'

/** A refusal as people meet it: the HTTP status, what failed, and what to do next. */
export interface RefusalText extends FaultText {
  readonly status: number
  readonly next: FaultText
}

/** Every refusal a route may give, by its code. `{name}` is filled from the refusal's details. */
export const contractRefusals = {
  'request-malformed': {
    status: 400,
    en: 'The request is not one this address understands: {reason}.',
    it: 'La richiesta non è tra quelle che questo indirizzo capisce: {reason}.',
    next: { en: 'Compare it with /api/docs.', it: 'Confrontala con /api/docs.' },
  },
  'not-signed-in': {
    status: 401,
    en: 'This is for members of the community.',
    it: 'Questo è riservato ai soci della comunità.',
    next: {
      en: 'Open the one-time link that your node or your coordinator gives you.',
      it: 'Apri il collegamento monouso che ti dà il tuo nodo o il tuo coordinatore.',
    },
  },
  'link-unusable': {
    status: 401,
    en: 'This link was used already, has expired, or was never given out.',
    it: 'Questo collegamento è già stato usato, è scaduto o non è mai stato dato.',
    next: { en: 'Ask for a new link: tri open.', it: 'Chiedi un nuovo collegamento: tri open.' },
  },
  'not-allowed': {
    status: 403,
    en: 'Only the coordinator may do this.',
    it: 'Questo può farlo solo il coordinatore.',
    next: { en: 'Ask your coordinator.', it: 'Chiedi al tuo coordinatore.' },
  },
  'origin-foreign': {
    status: 403,
    en: 'The request comes from a page of another site.',
    it: 'La richiesta viene da una pagina di un altro sito.',
    next: { en: 'Open the node’s own page and try there.', it: 'Apri la pagina del nodo e prova da lì.' },
  },
  'host-unknown': {
    status: 421,
    en: 'This node does not answer under the name {host}.',
    it: 'Questo nodo non risponde al nome {host}.',
    next: {
      en: 'Use the address that the node printed when it started.',
      it: 'Usa l’indirizzo che il nodo ha mostrato all’avvio.',
    },
  },
  'not-on-this-box': {
    status: 404,
    en: 'This is a member’s own box: it holds her account with its proofs, and not the community’s book.',
    it: 'Questa è la scatola di un socio: contiene il suo conto con le prove, non il libro della comunità.',
    next: { en: 'Look at it on a steward’s node.', it: 'Guardalo sul nodo di un custode.' },
  },
  'not-found': {
    status: 404,
    en: 'There is nothing here for you under this name.',
    it: 'Qui non c’è nulla per te sotto questo nome.',
    next: { en: 'Go back and choose from the list.', it: 'Torna indietro e scegli dall’elenco.' },
  },
  'day-unknown': {
    status: 404,
    en: 'There are no readings of {date}.',
    it: 'Non ci sono letture del {date}.',
    next: { en: 'Choose another day.', it: 'Scegli un altro giorno.' },
  },
  'slot-unknown': {
    status: 404,
    en: 'There are no readings of this quarter hour.',
    it: 'Non ci sono letture di questo quarto d’ora.',
    next: { en: 'Choose another time.', it: 'Scegli un altro orario.' },
  },
  'month-unknown': {
    status: 404,
    en: 'The community has no month {month}.',
    it: 'La comunità non ha il mese {month}.',
    next: { en: 'Choose a month from the list.', it: 'Scegli un mese dall’elenco.' },
  },
  'receipt-unknown': {
    status: 404,
    en: 'You have no receipt {id}.',
    it: 'Non hai nessuna ricevuta {id}.',
    next: { en: 'Look it up in your account.', it: 'Cercala nel tuo conto.' },
  },
  'payee-unknown': {
    status: 404,
    en: 'No member is called {to}.',
    it: 'Nessun socio si chiama {to}.',
    next: { en: 'Choose a member from the list.', it: 'Scegli un socio dall’elenco.' },
  },
  'payer-is-payee': {
    status: 409,
    en: 'You cannot pay yourself.',
    it: 'Non puoi pagare te stesso.',
    next: { en: 'Choose another member.', it: 'Scegli un altro socio.' },
  },
  'limit-reached': {
    status: 409,
    en: 'This payment passes your limit: CC {availableMicroCredit} are left.',
    it: 'Questo pagamento supera il tuo fido: restano CC {availableMicroCredit}.',
    next: { en: 'Pay less, or later.', it: 'Paga di meno, o più tardi.' },
  },
  'not-taken': {
    status: 503,
    en: 'No steward could take this now. Nothing was promised and nothing paid.',
    it: 'Ora nessun custode può prenderlo in carico. Nulla è stato promesso né pagato.',
    next: { en: 'Try again in a minute.', it: 'Riprova tra un minuto.' },
  },
  'operation-unknown': {
    status: 404,
    en: 'This node knows no operation {digest}.',
    it: 'Questo nodo non conosce l’operazione {digest}.',
    next: {
      en: 'Hand in the same signed bytes again: they are applied once.',
      it: 'Riconsegna gli stessi byte firmati: valgono una volta sola.',
    },
  },
  'proof-not-ready': {
    status: 503,
    en: 'There is no proof yet: the stewards have not signed the state with your account.',
    it: 'La prova non c’è ancora: i custodi non hanno firmato lo stato con il tuo conto.',
    next: { en: 'Try again in a minute.', it: 'Riprova tra un minuto.' },
  },
  'idempotency-key-missing': {
    status: 400,
    en: 'A payment needs an Idempotency-Key, so that a retry pays once.',
    it: 'Un pagamento richiede una Idempotency-Key, così un nuovo tentativo paga una volta sola.',
    next: {
      en: 'Send the header Idempotency-Key with 8 to 64 letters, digits, - or _.',
      it: 'Invia l’intestazione Idempotency-Key con da 8 a 64 lettere, cifre, - o _.',
    },
  },
  'idempotency-key-reused': {
    status: 409,
    en: 'This Idempotency-Key belongs to another payment.',
    it: 'Questa Idempotency-Key appartiene a un altro pagamento.',
    next: { en: 'Use a new key for a new payment.', it: 'Usa una nuova chiave per un nuovo pagamento.' },
  },
  'rule-unknown': {
    status: 404,
    en: 'There is no rule {rule}.',
    it: 'Non esiste la regola {rule}.',
    next: { en: 'Choose a rule from the list.', it: 'Scegli una regola dall’elenco.' },
  },
  'month-incomplete': {
    status: 409,
    en: '{missing} readings of {month} are missing.',
    it: 'Mancano {missing} letture di {month}.',
    next: {
      en: 'Fill the gaps by a rule, or wait for the readings.',
      it: 'Colma le lacune con una regola, o aspetta le letture.',
    },
  },
  'month-closed': {
    status: 409,
    en: '{month} is certified: its window for objections is over.',
    it: '{month} è certificato: il termine per le obiezioni è passato.',
    next: { en: 'Write to your coordinator.', it: 'Scrivi al tuo coordinatore.' },
  },
  'month-not-settled': {
    status: 409,
    en: '{month} is not settled yet.',
    it: '{month} non è ancora regolato.',
    next: { en: 'Publish it first.', it: 'Pubblicalo prima.' },
  },
  'already-published': {
    status: 409,
    en: '{month} is published, and nothing changed since.',
    it: '{month} è pubblicato, e nulla è cambiato da allora.',
    next: { en: 'Nothing to do.', it: 'Non c’è nulla da fare.' },
  },
  'devices-not-run-here': {
    status: 409,
    en: 'This node reads no devices of your household.',
    it: 'Questo nodo non legge dispositivi della tua casa.',
    next: {
      en: 'Open the pages of your own box at home and add the device there.',
      it: 'Apri le pagine del nodo che hai in casa e aggiungi lì il dispositivo.',
    },
  },
  'device-exists': {
    status: 409,
    en: 'A device is called {id} already.',
    it: 'Un dispositivo si chiama già {id}.',
    next: { en: 'Choose another name.', it: 'Scegli un altro nome.' },
  },
  'device-unknown': {
    status: 404,
    en: 'No device is called {id}.',
    it: 'Nessun dispositivo si chiama {id}.',
    next: { en: 'Choose one from the list.', it: 'Sceglilo dall’elenco.' },
  },
  'devices-full': {
    status: 409,
    en: 'This household has as many devices as a node reads.',
    it: 'Questa casa ha già tutti i dispositivi che un nodo può leggere.',
    next: { en: 'Remove one first.', it: 'Prima rimuovine uno.' },
  },
  'template-unknown': {
    status: 404,
    en: 'The node knows no kind of device called {template}.',
    it: 'Il nodo non conosce un tipo di dispositivo {template}.',
    next: { en: 'Choose a kind from the list.', it: 'Scegli un tipo dall’elenco.' },
  },
  'line-not-for-template': {
    status: 409,
    en: '{template} is not reached over {over}.',
    it: '{template} non si raggiunge con {over}.',
    next: { en: 'Choose one of: {choices}.', it: 'Scegli uno tra: {choices}.' },
  },
  'meter-not-yours': {
    status: 404,
    en: 'You have no meter {meter} in the community.',
    it: 'Non hai nessun contatore {meter} nella comunità.',
    next: { en: 'Choose a meter from the list.', it: 'Scegli un contatore dall’elenco.' },
  },
  'scan-running': {
    status: 409,
    en: 'A search for devices is running already.',
    it: 'Una ricerca di dispositivi è già in corso.',
    next: {
      en: 'Wait until it is done: its finds are shown.',
      it: 'Aspetta la fine: i risultati si vedono.',
    },
  },
  'scan-nowhere': {
    status: 409,
    en: 'There is nowhere to look: no serial port, no host and no broker was named.',
    it: 'Non c’è dove cercare: nessuna porta seriale, nessun host e nessun broker indicato.',
    next: {
      en: 'Plug in the cable of the meter, or name an address.',
      it: 'Collega il cavo del contatore, o indica un indirizzo.',
    },
  },
  'too-many-requests': {
    status: 429,
    en: 'Too many requests in a short time.',
    it: 'Troppe richieste in poco tempo.',
    next: { en: 'Wait {waitS} s and try again.', it: 'Aspetta {waitS} s e riprova.' },
  },
  'too-many-streams': {
    status: 503,
    en: 'The node already feeds as many live pages as it may.',
    it: 'Il nodo alimenta già il massimo di pagine dal vivo.',
    next: {
      en: 'Close another page, or reload in a minute.',
      it: 'Chiudi un’altra pagina, o ricarica tra un minuto.',
    },
  },
  'body-too-large': {
    status: 413,
    en: 'The request is larger than this address takes.',
    it: 'La richiesta è più grande di quanto questo indirizzo accetti.',
    next: { en: 'Send less.', it: 'Invia meno dati.' },
  },
  'table-too-long': {
    status: 413,
    en: 'This table would be too long to send at once.',
    it: 'Questa tabella sarebbe troppo lunga da inviare in una volta.',
    next: { en: 'Ask for fewer days.', it: 'Chiedi meno giorni.' },
  },
  'media-type-unknown': {
    status: 415,
    en: 'This address takes application/json.',
    it: 'Questo indirizzo accetta application/json.',
    next: { en: 'Send JSON, and say so in Content-Type.', it: 'Invia JSON, e dillo in Content-Type.' },
  },
  'node-failed': {
    status: 500,
    en: 'The node could not answer. Nothing was changed.',
    it: 'Il nodo non ha potuto rispondere. Nulla è cambiato.',
    next: {
      en: 'Try again; if it stays, give your coordinator the number {request}.',
      it: 'Riprova; se continua, dai al tuo coordinatore il numero {request}.',
    },
  },
  'node-unreachable': {
    status: 503,
    en: 'The node does not answer.',
    it: 'Il nodo non risponde.',
    next: { en: 'See whether it runs: tri status.', it: 'Guarda se è acceso: tri status.' },
  },
} as const satisfies Readonly<Record<string, RefusalText>>

/** The code of a refusal that some route may give. */
export type RefusalCode = keyof typeof contractRefusals
