import type { FaultTexts } from '@tri/units'

export const outwardsFaults = {
  'outwards-member-unknown': {
    en: 'The book has no member {member}, so nothing of that home can be told. Name the member of this household in devices.json.',
    it: 'Nel libro non c’è il socio {member}: della sua casa non si può dire nulla. Indica il socio di questa famiglia in devices.json.',
  },
  'outwards-file-unusable': {
    en: '{path} cannot be used: {reason}. Nothing is told outwards; the rest of the node works. Correct the file as docs/outwards.md tells.',
    it: '{path} non si può usare: {reason}. All’esterno non viene detto nulla; il resto del nodo funziona. Correggi il file come spiega docs/outwards.md.',
  },
  'outwards-address-refused': {
    en: 'The node does not call {host}: without encryption it calls private addresses only, and some addresses never. Use https or mqtts, or an address in the house.',
    it: 'Il nodo non chiama {host}: senza cifratura chiama solo indirizzi privati, e alcuni indirizzi mai. Usa https o mqtts, o un indirizzo di casa.',
  },
  'broker-not-confirming': {
    en: 'The broker did not confirm a message for {seconds} s. The node dials it again by itself; look whether it is overloaded.',
    it: 'Il broker non ha confermato un messaggio per {seconds} s. Il nodo riprova da sé; controlla se è sovraccarico.',
  },
  'outwards-failed': {
    en: 'Telling the household’s systems failed: {reason}. The node tries again by itself.',
    it: 'Non è stato possibile informare i sistemi di casa: {reason}. Il nodo riprova da sé.',
  },
  'webhook-answered': {
    en: 'The webhook {webhook} answered with status {status}. The event is kept and sent again; look at the receiver and its secret.',
    it: 'Il webhook {webhook} ha risposto con lo stato {status}. L’evento resta e viene rispedito; controlla il ricevente e il suo segreto.',
  },
  'webhook-redirected': {
    en: 'The webhook {webhook} sends the node elsewhere (status {status}), and the node does not follow. Write the final address into outwards.json.',
    it: 'Il webhook {webhook} rimanda altrove (stato {status}) e il nodo non lo segue. Scrivi l’indirizzo definitivo in outwards.json.',
  },
  'webhook-late': {
    en: 'The webhook {webhook} did not answer within {seconds} s. The event is kept and sent again.',
    it: 'Il webhook {webhook} non ha risposto entro {seconds} s. L’evento resta e viene rispedito.',
  },
  'webhook-unreachable': {
    en: 'The webhook {webhook} cannot be reached: {reason}. The event is kept and sent again; look at the address and the network.',
    it: 'Il webhook {webhook} non si raggiunge: {reason}. L’evento resta e viene rispedito; controlla l’indirizzo e la rete.',
  },
} as const satisfies FaultTexts
