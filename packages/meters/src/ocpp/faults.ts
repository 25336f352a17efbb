import type { FaultTexts } from '@tri/units'

export const ocppFaults = {
  'central-system-address-taken': {
    en: 'The central system for chargers cannot listen on {address}: {reason}. Choose another port, or stop what runs there.',
    it: 'Il sistema centrale per le colonnine non può ascoltare su {address}: {reason}. Scegli un’altra porta, o ferma ciò che vi gira.',
  },
  'charger-faulty': {
    en: 'A message of the charger {charger} could not be served: {reason}. It was answered with an error, the others go on. Please report it with the last raw frame.',
    it: 'Un messaggio della colonnina {charger} non si è potuto servire: {reason}. Ha ricevuto un errore, gli altri continuano. Segnalalo con l’ultimo frame grezzo.',
  },
  'chargers-too-many': {
    en: '{count} chargers are more than one central system serves: {max}. Split them over two nodes.',
    it: '{count} colonnine sono più di quante ne serve un sistema centrale: {max}. Dividile su due nodi.',
  },
  'charger-not-accepted': {
    en: 'This charger is not one of yours: it may only wait. Add it with `tri device add` if it is.',
    it: 'Questa colonnina non è tra le tue: può solo attendere. Se lo è, aggiungila con `tri device add`.',
  },
  'value-out-of-range': {
    en: 'The charger sent a value out of its range, such as a connector -1. The message was refused; look for newer firmware.',
    it: 'La colonnina ha inviato un valore fuori intervallo, come il connettore -1. Il messaggio è stato rifiutato; cerca un firmware più recente.',
  },
  'vendor-unknown': {
    en: 'The charger sent data of its maker’s own, which the node does not know. Nothing needs to be done.',
    it: 'La colonnina ha inviato dati propri del costruttore, che il nodo non conosce. Non occorre fare nulla.',
  },
  'action-not-served': {
    en: 'The charger asked for something that the node does not serve. Nothing needs to be done while it charges.',
    it: 'La colonnina ha chiesto qualcosa che il nodo non offre. Non occorre fare nulla finché ricarica.',
  },
  'desk-failed': {
    en: 'A message of the charger could not be served and was answered with an error. Please report it with the last raw frame.',
    it: 'Un messaggio della colonnina non si è potuto servire e ha ricevuto un errore. Segnalalo con l’ultimo frame grezzo.',
  },
  'identity-unusable': {
    en: 'The address that the charger dials does not end with an identity of 1 to 48 letters and digits. Set it as ws://HOST:PORT/IDENTITY.',
    it: 'L’indirizzo che la colonnina chiama non finisce con un’identità di 1-48 lettere e cifre. Impostalo come ws://HOST:PORTA/IDENTITÀ.',
  },
  'ocpp-version-unknown': {
    en: 'The charger speaks neither OCPP 1.6J nor 2.0.1. Choose one of them in its settings.',
    it: 'La colonnina non parla né OCPP 1.6J né 2.0.1. Scegline uno nelle sue impostazioni.',
  },
  'password-wrong': {
    en: 'The charger showed no password, or another one. Set the same in the charger and in the node.',
    it: 'La colonnina non ha mostrato la password, o un’altra. Imposta la stessa nella colonnina e nel nodo.',
  },
  'door-full': {
    en: 'Too many chargers that nobody named are waiting. Add yours by its identity, or switch the others off.',
    it: 'Troppe colonnine sconosciute sono in attesa. Aggiungi la tua con la sua identità, o spegni le altre.',
  },
  'not-connected': {
    en: 'The charger is not connected. Look whether it is on and dials the node’s address.',
    it: 'La colonnina non è collegata. Controlla che sia accesa e che chiami l’indirizzo del nodo.',
  },
  'not-supported': {
    en: 'The charger does not do this: many of the simpler ones take no limits. Look in its manual for smart charging.',
    it: 'La colonnina non sa farlo: molte tra le più semplici non accettano limiti. Cerca nel manuale la ricarica intelligente.',
  },
  rejected: {
    en: 'The charger refused the order. Try it in the other unit, amperes or watts, and look at its state.',
    it: 'La colonnina ha rifiutato l’ordine. Prova con l’altra unità, ampere o watt, e controlla il suo stato.',
  },
  'no-answer': {
    en: 'The charger did not answer in time: nobody knows whether it did what it was told. Read its schedule, or ask again.',
    it: 'La colonnina non ha risposto in tempo: non si sa se ha eseguito. Leggi il suo programma, o riprova.',
  },
  'too-many-orders': {
    en: 'Too many orders wait for this charger’s answer. Wait for them before giving another.',
    it: 'Troppi ordini attendono la risposta di questa colonnina. Aspettali prima di darne un altro.',
  },
  'nothing-running': {
    en: 'No charge is running at this connector, so there is nothing to stop.',
    it: 'A questo connettore non c’è una ricarica in corso, quindi non c’è nulla da fermare.',
  },
  'connector-unknown': {
    en: 'The charger names a transaction of which the node does not know the connector. Its values were not used; the next transaction is read again.',
    it: 'La colonnina nomina una transazione di cui il nodo non conosce il connettore. I valori non sono stati usati; la prossima si leggerà di nuovo.',
  },
} as const satisfies FaultTexts
