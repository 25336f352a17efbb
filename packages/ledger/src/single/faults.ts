import type { FaultTexts } from '@tri/units'

export const singleFaults = {
  'steward-is-another': {
    en: 'This key is not the one steward who keeps the book alone: {stewards} are on record. Start the engine that those stewards run.',
    it: 'Questa chiave non è quella del custode che tiene il libro da solo: a registro ce ne sono {stewards}. Avvia il motore di quei custodi.',
  },
  'refounding-refused': {
    en: 'The book does not take this founding anew ({refusal}): not enough members signed it, or it is of another time.',
    it: 'Il libro non accetta questa rifondazione ({refusal}): non l’hanno firmata abbastanza soci, o è di un altro tempo.',
  },
  'engine-closed': {
    en: 'The book is being closed: nothing more can be signed. Ask again once it is open.',
    it: 'Il libro si sta chiudendo: non si può firmare altro. Chiedi di nuovo quando è aperto.',
  },
} as const satisfies FaultTexts
