import { flawSentence, verifyProof, type Proved } from '@tri/ledger/proof'

import { browserPrimitives } from './browser-primitives.ts'

/** What came of checking a proof in this page. */
export type Checked =
  | { readonly is: 'believed'; readonly proved: Proved }
  | { readonly is: 'refused'; readonly place: string; readonly sentence: string }

/** Checks a proof here, with no node trusted, and says in the reader's language what is wrong with one that is not believed. */
export function checkedHere(bytes: Uint8Array, genesis: string, language: 'en' | 'it'): Checked {
  const outcome = verifyProof(bytes, genesis, browserPrimitives)
  if (outcome.ok) return { is: 'believed', proved: outcome.value }
  const { refusal } = outcome
  return { is: 'refused', place: refusal.place, sentence: flawSentence(refusal, language) }
}
