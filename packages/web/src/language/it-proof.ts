import type { enProof } from './en-proof.ts'

/** Le frasi della scheda con cui un socio verifica da sé il proprio saldo. */
export const itProof: typeof enProof = {
  title: 'Verifica da te il tuo saldo',
  what: 'Questa pagina scarica una prova di circa due kilobyte e la verifica qui, nel tuo browser: dalla genesi della comunità, attraverso ogni cambio di custodi, fino al tuo conto. Con il testo stampato nessuna cifra va creduta sulla parola di questo nodo.',
  text: 'Testo della genesi, dal foglio',
  textHint:
    'Comincia con tri: ed è appeso dove la comunità si incontra. Se lo lasci vuoto, si usa il testo che dice questo nodo.',
  check: 'Verifica ora',
  working: 'Verifica in corso…',
  believed: (amount) => `Provato: hai ${amount}`,
  same: 'È il saldo mostrato sopra.',
  differs: (shown) =>
    `La pagina mostra ${shown}: nel frattempo qualcosa è diventato definitivo. Riprova tra un momento.`,
  refused: 'Non provato',
  place: 'Che cosa non torna',
  height: 'Dopo il blocco',
  time: 'Stato firmato del',
  signed: 'Firmato da',
  signedBy: (signed, all) => `${signed} custodi su ${all}`,
  changes: 'Cambi di custodi seguiti',
  block: 'Blocco',
  keys: 'Chiavi di chi ha firmato',
  genesis: 'Genesi',
  fromNode:
    'Questo testo viene da questo nodo. Confrontalo una volta con quello sul foglio; da lì in poi questo browser lo ricorda.',
  known: 'È il testo che questo browser conosce.',
  qr: 'Codice QR della genesi',
  file: 'Conserva la prova',
  fileWhat: 'tri credit verify --offline verifica lo stesso file su qualunque macchina.',
  how: 'SHA-256 ed Ed25519 girano in questa pagina. Più di due terzi dei custodi devono aver firmato lo stato più recente; il tuo conto ne è una foglia. La pagina stessa viene da questo nodo: per verificare senza di esso, conserva la prova ed esegui tri credit verify --offline su una tua macchina.',
}
