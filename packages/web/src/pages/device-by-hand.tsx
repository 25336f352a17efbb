import type { ResponseOf } from '@tri/contract'
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'

import { addressOf, go } from '../frame/router.ts'
import { texts } from '../language/language.ts'
import { useAsked, valueOf, type Problem } from '../live/loaded.ts'
import { node } from '../live/node.ts'
import { askDeviceTemplates, askScan } from '../live/questions.ts'
import { fieldOf } from '../parts/field-of.ts'
import { describedBy, Field } from '../parts/field.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Shown } from '../parts/shown.tsx'
import { LineFields, MoreFields } from './device-line-fields.tsx'
import { meterFor, NameFields, nameError } from './device-name-fields.tsx'
import { TestAnswer } from './device-test.tsx'
import {
  countsOf,
  deviceNameOf,
  freshName,
  kindName,
  ROLES,
  type Devices,
  type Over,
  type Template,
} from './device-words.ts'
import { WizardPage } from './wizard-page.tsx'
import { writtenDevice, type FieldErrors } from './written-device.ts'

type Settings = Extract<ReturnType<typeof writtenDevice>, { readonly ok: true }>['settings']
type Tested = ResponseOf<'testDevice'>

/** What was tried, as it was written then: a field that was changed since has to be tried again. */
interface Trial {
  readonly settings: Settings
  readonly tested: Tested
}

/** A device whose kind and address somebody knows: it is tried, then named and kept. */
export function DeviceByHand({ known }: { readonly known: Devices }) {
  const text = texts.value.devices.wizard
  const asked = useAsked(askDeviceTemplates, '')
  return (
    <WizardPage answer={text.handAnswer} because={text.handBecause}>
      <Shown asked={asked} height={26}>
        {({ templates }) => <HandForms known={known} templates={templates} />}
      </Shown>
    </WizardPage>
  )
}

interface HandFormsProps {
  readonly known: Devices
  readonly templates: readonly Template[]
}

function HandForms({ known, templates }: HandFormsProps) {
  const trial = useSignal<Trial | undefined>(undefined)
  const template = templates.find(({ id }) => id === trial.value?.settings.template)
  return (
    <div class="stack">
      <TrialForm
        templates={templates}
        hasTried={trial.value !== undefined}
        told={(now) => {
          trial.value = now
        }}
      />
      {trial.value !== undefined && template !== undefined && (
        <TrialResult key={template.id} known={known} template={template} trial={trial.value} />
      )}
    </div>
  )
}

interface TrialFormProps {
  readonly templates: readonly Template[]
  readonly hasTried: boolean
  readonly told: (trial: Trial | undefined) => void
}

function TrialForm({ templates, hasTried, told }: TrialFormProps) {
  const text = texts.value.devices.wizard
  const ports = valueOf(useAsked(askScan, '').state.value)?.serialPorts ?? []
  const kind = useSignal('')
  const wantedOver = useSignal<string>('')
  const errors = useSignal<FieldErrors>({})
  const problem = useSignal<Problem | undefined>(undefined)
  const isTesting = useSignal(false)
  const form = useRef<HTMLFormElement>(null)
  const template = templates.find(({ id }) => id === kind.value)
  const overs = template?.lines.filter((over) => over !== 'file') ?? []
  const over = overs.find((one) => one === wantedOver.value) ?? overs[0]
  const test = async (event: SubmitEvent) => {
    event.preventDefault()
    if (form.current === null) return
    const written = writtenDevice(form.current, template, over)
    errors.value = written.ok ? {} : written.errors
    if (!written.ok) return focusFirst(form.current, written.errors)
    isTesting.value = true
    told(undefined)
    const outcome = await node.testDevice({ body: { id: 'trial', ...written.settings } })
    isTesting.value = false
    problem.value = outcome.ok ? undefined : outcome.refusal
    if (outcome.ok) told({ settings: written.settings, tested: outcome.value })
  }
  return (
    <form
      class="card form"
      ref={form}
      onSubmit={(event) => void test(event)}
      onInput={() => told(undefined)}
      noValidate
    >
      <KindFields
        templates={templates}
        kind={kind.value}
        error={errors.value['kind']}
        set={(id) => (kind.value = id)}
      />
      {over !== undefined && overs.length > 1 && (
        <OverField overs={overs} over={over} set={(next) => (wantedOver.value = next)} />
      )}
      {template !== undefined && over !== undefined && (
        <>
          <LineFields key={over} over={over} template={template} ports={ports} errors={errors.value} />
          <MoreFields template={template} errors={errors.value} />
        </>
      )}
      {problem.value !== undefined && <ProblemNotice problem={problem.value} />}
      <button type="submit" class={hasTried ? 'button' : 'button primary'} disabled={isTesting.value}>
        {isTesting.value ? text.testing : hasTried ? text.testAgain : text.test}
      </button>
    </form>
  )
}

function focusFirst(form: HTMLFormElement, errors: FieldErrors): void {
  const [wrong = 'kind'] = Object.keys(errors)
  form.querySelector<HTMLElement>(`#${wrong}`)?.focus()
}

interface KindFieldsProps {
  readonly templates: readonly Template[]
  readonly kind: string
  readonly error: string | undefined
  readonly set: (id: string) => void
}

function KindFields({ templates, kind, error, set }: KindFieldsProps) {
  const text = texts.value.devices
  return (
    <Field id="kind" label={text.kind} error={error}>
      <select {...describedBy('kind', error)} onChange={(event) => set(event.currentTarget.value)}>
        <option value="" selected={kind === ''}>
          {text.wizard.kindChoose}
        </option>
        {ROLES.map((role) => {
          const of = templates.filter((template) => template.role === role)
          return of.length === 0 ? null : (
            <optgroup key={role} label={text.roles[role]}>
              {of.map(({ id, title }) => (
                <option key={id} value={id} selected={id === kind}>
                  {kindName(id, title)}
                </option>
              ))}
            </optgroup>
          )
        })}
      </select>
    </Field>
  )
}

interface OverFieldProps {
  readonly overs: readonly Over[]
  readonly over: Over
  readonly set: (over: string) => void
}

function OverField({ overs, over, set }: OverFieldProps) {
  const text = texts.value.devices.wizard
  return (
    <Field id="over" label={text.over}>
      <select {...describedBy('over', undefined)} onChange={(event) => set(event.currentTarget.value)}>
        {overs.map((one) => (
          <option key={one} value={one} selected={one === over}>
            {text.overs[one]}
          </option>
        ))}
      </select>
    </Field>
  )
}

interface TrialResultProps {
  readonly known: Devices
  readonly template: Template
  readonly trial: Trial
}

/** What came of the trial; and the name under which the device is kept. */
function TrialResult({ known, template, trial }: TrialResultProps) {
  const text = texts.value.devices.wizard
  const error = useSignal<string | undefined>(undefined)
  const problem = useSignal<Problem | undefined>(undefined)
  const isSaving = useSignal(false)
  const form = useRef<HTMLFormElement>(null)
  const taken = new Set(known.devices.map(({ id }) => id))
  const metersLeft = known.meters.filter(({ id }) => !known.devices.some(({ meter }) => meter === id))
  const { settings, tested } = trial
  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    if (form.current === null) return
    const id = deviceNameOf(fieldOf(form.current, 'name-0'))
    const meter = fieldOf(form.current, 'meter-0')
    error.value = nameError(id, taken)
    if (error.value !== undefined) return form.current.querySelector<HTMLElement>('#name-0')?.focus()
    isSaving.value = true
    const counts = tested.seen === null ? {} : countsOf(tested.seen)
    const body = { id, ...settings, ...counts, ...(meter === '' ? {} : { meter }) }
    const outcome = await node.addDevice({ body })
    isSaving.value = false
    problem.value = outcome.ok ? undefined : outcome.refusal
    if (outcome.ok) go(addressOf('newDeviceStep', { step: 'done' }, 'count=1'), 'replace')
  }
  return (
    <form class="card form" ref={form} onSubmit={(event) => void save(event)} noValidate>
      <TestAnswer tested={tested} role={template.role} />
      <NameFields
        at={0}
        id={freshName(template.role, taken)}
        meter={meterFor(template.role, metersLeft)?.id ?? ''}
        meters={known.meters}
        error={error.value}
      />
      {problem.value !== undefined && <ProblemNotice problem={problem.value} />}
      <button
        type="submit"
        class={tested.seen === null ? 'button' : 'button primary'}
        disabled={isSaving.value}
      >
        {isSaving.value ? text.saving : tested.seen === null ? text.saveSilent : text.saveHeard}
      </button>
    </form>
  )
}
