import type { ComponentChildren } from 'preact'

import { texts } from '../language/language.ts'
import { useAsked } from '../live/loaded.ts'
import { askDevices } from '../live/questions.ts'
import { Shown } from '../parts/shown.tsx'
import { DeviceByHand } from './device-by-hand.tsx'
import { DeviceDone } from './device-done.tsx'
import { DeviceFinds } from './device-finds.tsx'
import { DeviceLook } from './device-look.tsx'
import { DeviceNames } from './device-names.tsx'
import type { Devices } from './device-words.ts'
import { UnknownPage } from './unknown.tsx'
import { WizardPage } from './wizard-page.tsx'

const STEP_PAGES = {
  look: DeviceLook,
  choose: DeviceFinds,
  name: DeviceNames,
  done: DeviceDone,
  'by-hand': DeviceByHand,
} as const satisfies Record<string, (of: { readonly known: Devices }) => ComponentChildren>

type StepName = keyof typeof STEP_PAGES
const isStep = (name: string): name is StepName => Object.hasOwn(STEP_PAGES, name)

/** Adding devices, step by step. Each step has its own address, and what was found stays with the node: it can be left and taken up. */
export function NewDevicePage({ step }: { readonly step: string }) {
  const asked = useAsked(askDevices, '')
  if (!isStep(step)) return <UnknownPage />
  const text = texts.value.devices
  const StepPage = STEP_PAGES[step]
  return (
    <Shown asked={asked} height={30}>
      {(known) =>
        known.isRunHere ? (
          <StepPage known={known} />
        ) : (
          <WizardPage answer={undefined}>
            <p class="card">{text.notHere}</p>
          </WizardPage>
        )
      }
    </Shown>
  )
}
