import { useSignal, type Signal } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'

import { addressOf, go, place } from '../frame/router.ts'
import { texts } from '../language/language.ts'
import { useAsked, type Problem } from '../live/loaded.ts'
import { node } from '../live/node.ts'
import { askScan } from '../live/questions.ts'
import { fieldOf } from '../parts/field-of.ts'
import { ProblemNotice } from '../parts/notice.tsx'
import { Shown } from '../parts/shown.tsx'
import { readChoice } from './chosen-finds.ts'
import { meterFor, NameFields, nameError } from './device-name-fields.tsx'
import {
  countsOf,
  deviceNameOf,
  freshName,
  kindName,
  valueNow,
  type Devices,
  type Find,
  type Role,
} from './device-words.ts'
import { WizardPage } from './wizard-page.tsx'

/** A find on its way to being kept, with the names that are proposed for it. */
interface Draft {
  readonly find: Find
  readonly role: Role
  readonly id: string
  readonly meter: string
}

/** Third step: what each is called, and which meter of the community it stands for. */
export function DeviceNames({ known }: { readonly known: Devices }) {
  const text = texts.value.devices.wizard
  const asked = useAsked(askScan, '')
  const chosen = readChoice(place.value?.search.get('use') ?? '')
  return (
    <WizardPage
      step="name"
      answer={chosen.length === 1 ? text.nameAnswerOne : text.nameAnswer}
      because={text.nameBecause}
    >
      <Shown asked={asked} height={26}>
        {({ finds }) => {
          const found = chosen.flatMap(({ at, role }) => {
            const find = finds[at]
            return find === undefined || find.knownAs !== null ? [] : [{ find, role }]
          })
          return found.length === 0 ? <Gone /> : <NamesForm known={known} found={found} />
        }}
      </Shown>
    </WizardPage>
  )
}

function Gone() {
  const text = texts.value.devices.wizard
  return (
    <section class="card">
      <p>{text.gone}</p>
      <p>
        <a class="button primary" href={addressOf('newDevice', {})}>
          {text.look}
        </a>
      </p>
    </section>
  )
}

interface NamesFormProps {
  readonly known: Devices
  readonly found: readonly Pick<Draft, 'find' | 'role'>[]
}

function draftsOf({ known, found }: NamesFormProps): Draft[] {
  const taken = new Set(known.devices.map(({ id }) => id))
  const metersLeft = known.meters.filter(({ id }) => !known.devices.some(({ meter }) => meter === id))
  return found.map(({ find, role }) => {
    const id = freshName(role, taken)
    taken.add(id)
    const meter = meterFor(role, metersLeft)
    if (meter !== undefined) metersLeft.splice(metersLeft.indexOf(meter), 1)
    return { find, role, id, meter: meter?.id ?? '' }
  })
}

function NamesForm({ known, found }: NamesFormProps) {
  const text = texts.value.devices.wizard
  // Proposed once: what was kept meanwhile must not change the names of the rest.
  const drafts = useMemo(() => draftsOf({ known, found }), [])
  const errors = useSignal<readonly (string | undefined)[]>([])
  const problem = useSignal<Problem | undefined>(undefined)
  const isSaving = useSignal(false)
  const kept = useSignal<ReadonlySet<number>>(new Set())
  const form = useRef<HTMLFormElement>(null)
  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    if (form.current === null) return
    const written = writtenIn(form.current, drafts)
    errors.value = errorsOf(written, known, kept.value)
    const wrong = errors.value.findIndex((error) => error !== undefined)
    if (wrong >= 0) {
      form.current.querySelector<HTMLElement>(`#name-${wrong}`)?.focus()
      return
    }
    isSaving.value = true
    problem.value = await keepAll(written, kept)
    isSaving.value = false
    if (problem.value === undefined)
      go(addressOf('newDeviceStep', { step: 'done' }, `count=${drafts.length}`), 'replace')
  }
  return (
    <form class="stack form" ref={form} onSubmit={(event) => void save(event)} noValidate>
      {drafts.map(({ find, role, id, meter }, at) => {
        const { figure, word } = valueNow(find.seen, role)
        return (
          <section class="card" key={`${find.template} ${find.name}`}>
            <header class="card-head">
              <h2>{kindName(find.template, find.title)}</h2>
              <span class="muted">
                {figure} {word}
              </span>
            </header>
            <NameFields at={at} id={id} meter={meter} meters={known.meters} error={errors.value[at]} />
          </section>
        )
      })}
      {problem.value !== undefined && <ProblemNotice problem={problem.value} />}
      <div class="actions">
        <button type="submit" class="button primary" disabled={isSaving.value}>
          {isSaving.value ? text.saving : text.save}
        </button>
        <a class="button quiet" href={addressOf('operate', {})}>
          {text.later}
        </a>
      </div>
    </form>
  )
}

function writtenIn(form: HTMLFormElement, drafts: readonly Draft[]): Draft[] {
  return drafts.map((draft, at) => ({
    ...draft,
    id: deviceNameOf(fieldOf(form, `name-${at}`)),
    meter: fieldOf(form, `meter-${at}`),
  }))
}

function errorsOf(drafts: readonly Draft[], known: Devices, kept: ReadonlySet<number>) {
  const taken = new Set(known.devices.map(({ id }) => id))
  return drafts.map(({ id }, at) => {
    const error = kept.has(at) ? undefined : nameError(id, taken)
    taken.add(id)
    return error
  })
}

/** Keeps one after another; what is kept stays kept when a later one is refused. */
async function keepAll(
  drafts: readonly Draft[],
  kept: Signal<ReadonlySet<number>>,
): Promise<Problem | undefined> {
  for (const [at, { find, role, id, meter }] of drafts.entries()) {
    if (kept.value.has(at)) continue
    const outcome = await node.addDevice({
      body: {
        id,
        template: find.template,
        role,
        line: find.line,
        ...countsOf(find.seen),
        ...(meter === '' ? {} : { meter }),
      },
    })
    if (!outcome.ok) return outcome.refusal
    kept.value = new Set(kept.value).add(at)
  }
  return undefined
}
