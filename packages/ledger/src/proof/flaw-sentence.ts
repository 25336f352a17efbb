import { faultSentence, unitsFaults, type FaultText } from '@tri/units'

import { chainFaults } from '../chain/faults.ts'
import type { Flaw } from '../chain/trust.ts'

/** Why something is not believed, as people read it. */
export function flawSentence({ code, details }: Flaw, language: keyof FaultText): string {
  return faultSentence({ ...unitsFaults, ...chainFaults }, code, details, language)
}
