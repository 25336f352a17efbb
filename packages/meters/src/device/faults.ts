import type { FaultTexts } from '@tri/units'

export const deviceFaults = {
  'template-unknown': {
    en: 'The node knows no kind of device called {template}. `tri device list --templates` names those it knows.',
    it: 'Il nodo non conosce il tipo di dispositivo {template}. `tri device list --templates` elenca quelli noti.',
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
