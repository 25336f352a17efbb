import type { FaultTexts } from '@tri/units'

/** Every sentence this package says to people. */
export const vaultFaults = {
  'view-not-granted': {
    en: 'These readings belong to a household that has not granted this view.',
    it: 'Queste letture appartengono a una famiglia che non ha concesso questa vista.',
  },
  'grain-not-granted': {
    en: 'For this purpose the household gives quarter hours only: ask for those.',
    it: 'Per questo scopo la famiglia dà solo quarti d’ora: chiedi quelli.',
  },
  'meter-not-kept': {
    en: 'The vault has nothing of this meter. Check its name.',
    it: 'Il deposito non ha nulla di questo contatore. Controlla il nome.',
  },
  'view-range-unusable': {
    en: 'The range must begin before it ends.',
    it: 'L’intervallo deve iniziare prima di finire.',
  },
  'view-range-too-long': {
    en: 'That is too much for one view: ask for a shorter range or coarser rows, or export it.',
    it: 'È troppo per una sola vista: chiedi un intervallo più breve o righe meno fitte, oppure esporta.',
  },
  'not-the-owner': {
    en: 'Only the household itself can erase its readings.',
    it: 'Solo la famiglia stessa può cancellare le proprie letture.',
  },
  'erasure-range-unusable': {
    en: 'What is erased must begin and end at full quarter hours, the end after the beginning.',
    it: 'Ciò che si cancella deve iniziare e finire a quarti d’ora interi, la fine dopo l’inizio.',
  },
  'entry-unusable': {
    en: '“{name}” cannot be kept in the vault as a meter’s name, a quality or an instant: names have letters, digits and . _ : -, at most 64.',
    it: '“{name}” non può stare nel deposito come nome di un contatore, qualità o istante: i nomi hanno lettere, cifre e . _ : -, al massimo 64.',
  },
  'append-too-large': {
    en: '{entries} readings are too many at once: give the vault at most {most}, and nothing was kept of these.',
    it: '{entries} letture sono troppe in una volta: dai al deposito al massimo {most}; di queste non è stato tenuto nulla.',
  },
  'block-unreadable': {
    en: 'A block of the vault {reason}. The rest is read without it; restore it from a backup.',
    it: 'Un blocco del deposito non si legge: {reason}. Il resto si legge senza; ripristinalo da una copia.',
  },
  'vault-disk-full': {
    en: 'There is no room left to write {path}. What was acknowledged is kept; it goes on by itself once there is room.',
    it: 'Non c’è più spazio per scrivere {path}. Ciò che è stato confermato è conservato; riprende da solo quando c’è spazio.',
  },
  'vault-in-use': {
    en: 'Another process works in the vault {path}. Stop it first.',
    it: 'Un altro processo lavora nel deposito {path}. Fermalo prima.',
  },
  'vault-unreadable': {
    en: '{path} is not a vault this node can read: {reason}. Restore it from a backup.',
    it: '{path} non è un deposito che questo nodo sappia leggere: {reason}. Ripristinalo da una copia.',
  },
  'vault-unwritable': {
    en: '{path} could not be written: {reason}. Nothing was half-done. Check the disk.',
    it: 'Non è stato possibile scrivere {path}: {reason}. Nulla è rimasto a metà. Controlla il disco.',
  },
  'vault-newer': {
    en: '{path} was written by a newer version ({version}) of the program: update this one.',
    it: '{path} è stato scritto da una versione più recente ({version}) del programma: aggiorna questo.',
  },
  'vault-key-wrong': {
    en: 'The key given is not the key of the vault {path}. Nothing was read or written.',
    it: 'La chiave data non è quella del deposito {path}. Nulla è stato letto o scritto.',
  },
  'vault-key-exposed': {
    en: 'Others may read the key in {path}. Set its rights to its owner’s alone (chmod 600), and think about who has seen it.',
    it: 'Altri possono leggere la chiave in {path}. Riservala al proprietario (chmod 600), e pensa a chi può averla vista.',
  },
  'vault-key-unreadable': {
    en: '{path} does not hold a key of 32 bytes. Restore it from where you keep its copy.',
    it: '{path} non contiene una chiave di 32 byte. Ripristinala da dove ne tieni la copia.',
  },
  'vault-other-owner': {
    en: 'The vault {path} belongs to another household or signs with another key than the one given.',
    it: 'Il deposito {path} appartiene a un’altra famiglia o firma con una chiave diversa da quella data.',
  },
  'vault-other-zone': {
    en: 'The days of the vault {path} are those of {zone}: open it with that time zone.',
    it: 'I giorni del deposito {path} sono quelli di {zone}: aprilo con quel fuso orario.',
  },
  'passphrase-too-short': {
    en: 'A passphrase for a backup has at least {letters} letters.',
    it: 'Una frase segreta per una copia ha almeno {letters} lettere.',
  },
  'passphrase-wrong': {
    en: 'This is not the passphrase with which the backup was made.',
    it: 'Questa non è la frase segreta con cui è stata fatta la copia.',
  },
  'backup-exists': {
    en: '{path} is there already, and is not written over. Choose another name.',
    it: '{path} c’è già, e non viene sovrascritto. Scegli un altro nome.',
  },
  'backup-without-key': {
    en: 'The backup {path} carries no key: it needs the key’s own file.',
    it: 'La copia {path} non porta con sé la chiave: serve il file della chiave.',
  },
} as const satisfies FaultTexts
