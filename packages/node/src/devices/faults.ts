import type { FaultTexts } from '@tri/units'

export const devicesFaults = {
  'protocol-unknown': {
    en: 'There is no protocol {protocol}. Choose one of: {known}.',
    it: 'Non esiste il protocollo {protocol}. Scegline uno tra: {known}.',
  },
  'meter-key-unusable': {
    en: 'A meter’s key has 32 hexadecimal digits; this one has {length} characters. Copy it as the grid operator gave it.',
    it: 'La chiave di un contatore ha 32 cifre esadecimali; questa ha {length} caratteri. Copiala come l’ha data il distributore.',
  },
  'device-wish-unusable': {
    en: 'These settings make no device: {reason}.',
    it: 'Queste impostazioni non fanno un dispositivo: {reason}.',
  },
  'devices-file-damaged': {
    en: 'The file of devices {path} cannot be used: {reason}. Mend that place, or take the file away and add the devices anew.',
    it: 'Il file dei dispositivi {path} non si può usare: {reason}. Correggi quel punto, o togli il file e aggiungi di nuovo i dispositivi.',
  },
  'device-exists': {
    en: 'There is a device called {device} already. Choose another name, or remove that one first.',
    it: 'C’è già un dispositivo chiamato {device}. Scegli un altro nome, o togli prima quello.',
  },
  'device-unknown': {
    en: 'There is no device called {device}. Devices of this household: {known}.',
    it: 'Non c’è un dispositivo chiamato {device}. Dispositivi di questa casa: {known}.',
  },
  'household-not-named': {
    en: 'This node holds the keys of several members: {members}. Say with --member whose device it is.',
    it: 'Questo nodo custodisce le chiavi di più soci: {members}. Indica con --member di chi è il dispositivo.',
  },
  'household-of-another': {
    en: 'The devices of this node belong to {member}, and one node reads one household. Give {asked} a node of its own.',
    it: 'I dispositivi di questo nodo sono di {member}, e un nodo legge una sola casa. Dai a {asked} un nodo suo.',
  },
  'meter-not-of-member': {
    en: '{meter} is no meter of {member} in this community. Meters of that member: {hers}.',
    it: '{meter} non è un contatore di {member} in questa comunità. I suoi contatori: {hers}.',
  },
  'device-silent': {
    en: '{device} said nothing usable within {seconds} s ({reason}; {detail}). Look at its line and settings, or add it all the same with --untested.',
    it: '{device} non ha detto nulla di utile in {seconds} s ({reason}; {detail}). Controlla la linea e le impostazioni, o aggiungilo lo stesso con --untested.',
  },
} as const satisfies FaultTexts
