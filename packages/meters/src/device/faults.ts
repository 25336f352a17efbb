import type { FaultTexts } from '@tri/units'

export const deviceFaults = {
  'template-unknown': {
    en: 'The node knows no kind of device called {template}. `tri device list --templates` names those it knows.',
    it: 'Il nodo non conosce il tipo di dispositivo {template}. `tri device list --templates` elenca quelli noti.',
  },
  'line-text-unusable': {
    en: '{line} names no line. Write one like /dev/ttyUSB0@9600,7E1, tcp://host:port, http://host/path, mqtt://host:1883/topic, modbus-tcp://host:502?unit=1 or file:///path; user and password go into options of their own.',
    it: '{line} non indica una linea. Scrivine una come /dev/ttyUSB0@9600,7E1, tcp://host:porta, http://host/percorso, mqtt://host:1883/topic, modbus-tcp://host:502?unit=1 o file:///percorso; utente e password vanno in opzioni a parte.',
  },
  'line-not-for-template': {
    en: '{template} is not reached over {over}. Choose one of: {choices}.',
    it: '{template} non si raggiunge con {over}. Scegli uno tra: {choices}.',
  },
  'device-not-sunspec': {
    en: '{device} does not answer as a SunSpec device: no marker, or models other than before. Look at the unit number and that SunSpec is enabled in its settings.',
    it: '{device} non risponde come dispositivo SunSpec: nessun segno, o modelli diversi da prima. Controlla il numero di unità e che SunSpec sia attivo nelle sue impostazioni.',
  },
  'device-faulty': {
    en: 'The driver of {device} failed on a message: {reason}. The message was dropped, the others go on. Please report it with the last raw frame.',
    it: 'Il driver di {device} ha fallito su un messaggio: {reason}. Il messaggio è stato scartato, gli altri continuano. Segnalalo con l’ultimo frame grezzo.',
  },
} as const satisfies FaultTexts
