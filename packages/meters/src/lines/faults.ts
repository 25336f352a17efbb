import type { FaultTexts } from '@tri/units'

export const lineFaults = {
  'line-ended': {
    en: '{line} was closed by the other side. The node dials it again by itself; look whether the device was switched off.',
    it: '{line} è stata chiusa dall’altra parte. Il nodo riprova da sé; controlla se il dispositivo è stato spento.',
  },
  'line-broken': {
    en: '{line} cannot be used: {reason}. The node tries again by itself; look at the cable, the address and the port.',
    it: '{line} non si può usare: {reason}. Il nodo riprova da sé; controlla il cavo, l’indirizzo e la porta.',
  },
  'line-silent': {
    en: '{line} was silent for {seconds} s. The node dials it again; look whether the device is on and its port is enabled.',
    it: '{line} è rimasta muta per {seconds} s. Il nodo riprova; controlla che il dispositivo sia acceso e la sua porta attiva.',
  },
  'line-not-serial': {
    en: '{line} is not a serial port. Name the device file of one, such as /dev/ttyUSB0.',
    it: '{line} non è una porta seriale. Indica il file di una, come /dev/ttyUSB0.',
  },
  'line-refused-settings': {
    en: '{line} does not take {settings}: {reason}. Choose a speed and a format that the port can do.',
    it: '{line} non accetta {settings}: {reason}. Scegli una velocità e un formato che la porta sa fare.',
  },
  'answer-not-ok': {
    en: '{line} answered with status {status}. Look at the address, and at the user and password of the device.',
    it: '{line} ha risposto con lo stato {status}. Controlla l’indirizzo, l’utente e la password del dispositivo.',
  },
  'answer-too-long': {
    en: '{line} sent more than {bytes} bytes at once: this is not a device that the node knows. Nothing of it was used.',
    it: '{line} ha inviato più di {bytes} byte in una volta: non è un dispositivo che il nodo conosce. Nulla è stato usato.',
  },
  'modbus-exception': {
    en: '{line} refused to read {registers}: Modbus exception {exception}. Look at the unit number and the register table of the device.',
    it: '{line} ha rifiutato di leggere {registers}: eccezione Modbus {exception}. Controlla il numero di unità e la tabella dei registri.',
  },
  'broker-address-taken': {
    en: 'The MQTT broker cannot listen on {address}: {reason}. Choose another port, or use the broker that runs there.',
    it: 'Il broker MQTT non può ascoltare su {address}: {reason}. Scegli un’altra porta, o usa il broker che è già lì.',
  },
} as const satisfies FaultTexts
