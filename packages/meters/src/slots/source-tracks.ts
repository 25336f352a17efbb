import { must } from '@tri/units'

import { countedBy } from './counted-energy.ts'
import type { MeterFacts, RegisterReading } from './register-reading.ts'
import { RegisterTrack, type Counted } from './register-track.ts'

/** The two registers of a meter. */
export type RegisterName = 'importWh' | 'exportWh'

/** One register as one source shows it, by one clock. */
export interface SourceTrack {
  readonly source: string
  readonly time: RegisterReading['time']
  readonly resolutionWh: number
  readonly register: RegisterName
  readonly counted: Counted
  readonly track: RegisterTrack
}

/** The registers that a meter counts. */
export function registersOf({ registers }: MeterFacts): readonly RegisterName[] {
  if (registers === 'both') return ['importWh', 'exportWh']
  return registers === 'import' ? ['importWh'] : ['exportWh']
}

/**
 * The tracks of a meter, in order of trust: first its sources by our clock, then the same by the device's own. The first
 * is the primary.
 */
export function sourceTracks(facts: MeterFacts, register: RegisterName): readonly SourceTrack[] {
  const names = new Set(facts.sources.map(({ name }) => name))
  must(names.size === facts.sources.length, 'the sources of a meter have different names', {
    meter: facts.meter,
  })
  return (['ours', 'device'] as const).flatMap((time) =>
    facts.sources.map(({ name, resolutionWh }) => {
      const counted = countedBy(facts, register, resolutionWh)
      return { source: name, time, resolutionWh, register, counted, track: new RegisterTrack(counted) }
    }),
  )
}
