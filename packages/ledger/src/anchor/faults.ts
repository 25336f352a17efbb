import type { FaultTexts } from '@tri/units'

export const anchorFaults = {
  'anchor-unreachable': {
    en: 'The anchor {anchor} could not be reached: {reason}. The checkpoint waits and is placed later.',
    it: 'L’ancora {anchor} non è raggiungibile: {reason}. Il punto fermo aspetta e sarà depositato più tardi.',
  },
  'anchor-file-damaged': {
    en: 'Line {line} of {path} is not what was written there: {reason}. Keep the file, and anchor in a new one.',
    it: 'La riga {line} di {path} non è quella che era stata scritta: {reason}. Conserva il file e ancora in uno nuovo.',
  },
  'anchor-queue-unreadable': {
    en: 'The file {path} of waiting checkpoints cannot be read: {reason}. Delete it: the next checkpoint takes its place.',
    it: 'Il file {path} dei punti fermi in attesa è illeggibile: {reason}. Cancellalo: lo sostituirà il prossimo.',
  },
  'anchor-is-none': {
    en: 'This community has no anchor: choose a file or a contract in its settings.',
    it: 'Questa comunità non ha un’ancora: scegli un file o un contratto nelle impostazioni.',
  },
  'community-not-registered': {
    en: 'The contract does not know this community with these anchor keys: register it first.',
    it: 'Il contratto non conosce questa comunità con queste chiavi d’ancora: prima va registrata.',
  },
  'height-not-above': {
    en: 'The anchor holds a checkpoint of this height or a higher one already.',
    it: 'L’ancora ha già un punto fermo di questa altezza o di una maggiore.',
  },
  'checkpoint-differs': {
    en: 'The anchor holds another block at this height: two histories of one book. Ask the stewards at once.',
    it: 'L’ancora ha un altro blocco a questa altezza: due storie di un solo libro. Avvisa subito i custodi.',
  },
  'not-certified': {
    en: 'The stewards’ signatures do not certify this checkpoint.',
    it: 'Le firme dei custodi non certificano questo punto fermo.',
  },
  'anchor-keys-unknown': {
    en: 'These are not the anchor keys that the contract holds: they were changed in the meantime.',
    it: 'Non sono le chiavi d’ancora che ha il contratto: nel frattempo sono cambiate.',
  },
  'anchor-keys-unusable': {
    en: 'Anchor keys are 1 to 32 different addresses.',
    it: 'Le chiavi d’ancora sono da 1 a 32 indirizzi diversi.',
  },
  'too-few-signatures': {
    en: 'Fewer than the needed stewards signed for the anchor: more than two thirds are needed.',
    it: 'Hanno firmato per l’ancora meno custodi del necessario: ne servono più di due terzi.',
  },
  'anchor-signature-wrong': {
    en: 'A signature for the anchor does not belong to its key, or was made for another chain or contract.',
    it: 'Una firma per l’ancora non corrisponde alla sua chiave, o era per un’altra catena o un altro contratto.',
  },
  'wrong-chain': {
    en: 'The node at the anchor’s address serves another chain than the one agreed.',
    it: 'Il nodo all’indirizzo dell’ancora serve una catena diversa da quella concordata.',
  },
  'anchor-refused': {
    en: 'The anchor refused the transaction for a reason of its own: look at the account that pays for it.',
    it: 'L’ancora ha rifiutato la transazione per un suo motivo: controlla il conto che la paga.',
  },
} as const satisfies FaultTexts
