import type { FaultTexts } from '@tri/units'

export const cometbftFaults = {
  'abci-frame-malformed': {
    en: 'The ordering engine sent something that is no message of its protocol: {reason}. Check that it is CometBFT 0.38.',
    it: 'Il motore di ordinamento ha inviato qualcosa che non è un messaggio del suo protocollo: {reason}. Controlla che sia CometBFT 0.38.',
  },
  'engine-absent': {
    en: 'The ordering engine (CometBFT 0.38) was not found: {looked}. Where Go is installed, run `npm run build:engine`, or put a cometbft 0.38 on the PATH or its path into TRI_COMETBFT.',
    it: 'Il motore di ordinamento (CometBFT 0.38) non è stato trovato: {looked}. Dove c’è Go, esegui `npm run build:engine`, oppure metti un cometbft 0.38 nel PATH o il suo percorso in TRI_COMETBFT.',
  },
  'engine-version': {
    en: '{path} is CometBFT {version}, and this program speaks with 0.38. Install that one.',
    it: '{path} è CometBFT {version}, e questo programma parla con la 0.38. Installa quella.',
  },
  'engine-failed': {
    en: 'The ordering engine stopped: {reason}. Its last words: {lastWords}',
    it: 'Il motore di ordinamento si è fermato: {reason}. Le sue ultime parole: {lastWords}',
  },
  'engine-silent': {
    en: 'The ordering engine did not answer {question}: {reason}. It may be starting; try again.',
    it: 'Il motore di ordinamento non ha risposto a {question}: {reason}. Forse si sta avviando; riprova.',
  },
  'engine-refused': {
    en: 'The ordering engine would not answer {question}: {reason}.',
    it: 'Il motore di ordinamento non ha voluto rispondere a {question}: {reason}.',
  },
  'engine-answer': {
    en: 'The ordering engine answered {question} with something unexpected at {place}. Check that it is CometBFT 0.38.',
    it: 'Il motore di ordinamento ha risposto a {question} con qualcosa di inatteso in {place}. Controlla che sia CometBFT 0.38.',
  },
  'engine-other-chain': {
    en: 'The ordering engine in {path} keeps the chain {found}, and this community’s is {expected}. Nothing was started.',
    it: 'Il motore di ordinamento in {path} tiene la catena {found}, e quella di questa comunità è {expected}. Nulla è stato avviato.',
  },
  'engine-behind-book': {
    en: 'The engine’s first block would be {initial}, and the book stands at {height}. Restore the book of the hand-over first.',
    it: 'Il primo blocco del motore sarebbe {initial}, e il libro è a {height}. Ripristina prima il libro del passaggio.',
  },
  'steward-copied': {
    en: 'The steward’s folder {path} was made on another box or is a copy ({reason}). Two boxes signing with one key would betray the community: nothing was started. Let the stewards rotate in a new key for this box.',
    it: 'La cartella del custode {path} è nata su un’altra macchina o è una copia ({reason}). Due macchine che firmano con una chiave tradirebbero la comunità: nulla è stato avviato. Fai ruotare dai custodi una chiave nuova per questa macchina.',
  },
  'steward-behind-itself': {
    en: 'The other stewards saw this key sign at height {seen}, and this folder remembers {own} only: it is an old copy. Nothing was started. Let the stewards rotate in a new key for this box.',
    it: 'Gli altri custodi hanno visto questa chiave firmare all’altezza {seen}, e questa cartella ricorda solo {own}: è una vecchia copia. Nulla è stato avviato. Fai ruotare dai custodi una chiave nuova per questa macchina.',
  },
  'steward-alive-elsewhere': {
    en: 'A steward with this key is connected to the others right now. Nothing was started: find that box and stop it, or let the stewards rotate in a new key for this one.',
    it: 'Un custode con questa chiave è collegato agli altri in questo momento. Nulla è stato avviato: trova quella macchina e fermala, oppure fai ruotare dai custodi una chiave nuova per questa.',
  },
  'steward-home-unreadable': {
    en: '{path} is not a steward’s file this program can read: {reason}.',
    it: '{path} non è un file di custode che questo programma sappia leggere: {reason}.',
  },
} as const satisfies FaultTexts
