import type { DeviceReport } from '@tri/meters'
import type { EpochMs, Slot } from '@tri/units'

/** Whether it is a good time to use power, from what the node knows now; codes as the page of the home has them. */
export interface Advice {
  readonly code: 'good-time' | 'wait' | 'neutral'
  readonly because: 'spare-nearby' | 'own-surplus' | 'spare-later' | 'only-grid'
  /** When it no longer holds, by yesterday at the same hours; undefined where that is not in sight. */
  readonly until: { readonly at: EpochMs; readonly wallTime: string } | undefined
}

/** What a node knows of the home of one member. What it does not know is undefined, and not told. */
export interface HomeFigures {
  readonly balanceMicroCredit: number | undefined
  /** Wh of today that neighbours and the home gave each other, as far as settled. */
  readonly sharedToday: { readonly fromNeighboursWh: number; readonly toNeighboursWh: number } | undefined
  readonly advice: Advice | undefined
}

/** The home of one member, as its node knows it. */
export interface HomeSource {
  readonly community: string
  readonly member: string
  /** As people call it. */
  readonly name: string
  /** Power at the home's connection now, W, into the household positive; undefined where its meters are not read. */
  powerW(): number | undefined
  /** Asked once a minute: it may take a settlement's time. */
  figures(): HomeFigures
}

/** The devices of the household, as its gateway reports them. */
export interface DeviceSource {
  /** In the order of the settings. */
  reports(): readonly DeviceReport[]
}

/** Something that a household's systems may want to know at once. It tells where to look, never an amount of energy. */
export type OutwardsEvent =
  | {
      readonly kind: 'gap'
      readonly meter: string
      readonly firstSlot: Slot
      readonly slots: number
      /** As the slots name it: `silence`, `register-reset`. */
      readonly why: string
    }
  | {
      readonly kind: 'incident'
      /** As the counter or the slots name it: `wrong-direction`, `sources-disagree`. */
      readonly is: string
      readonly meter: string | undefined
      readonly at: EpochMs
    }
  | {
      readonly kind: 'statement-refused'
      readonly meter: string
      readonly slot: Slot
      readonly refusal: string
    }
  | {
      readonly kind: 'device-silent' | 'device-back'
      readonly device: string
      /** When it was heard last before it fell silent; null when never. */
      readonly lastAt: EpochMs | null
    }

/** Everything that is told outwards comes from here. */
export interface OutwardsSources {
  readonly home: HomeSource
  readonly devices: DeviceSource
  /** Tells each event until the returned function is called. */
  onEvent(tell: (event: OutwardsEvent) => void): () => void
}
