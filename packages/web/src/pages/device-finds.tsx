import { useSignal, type Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

import { addressOf } from '../frame/router.ts'
import { numbers, texts } from '../language/language.ts'
import { useAsked, valueOf } from '../live/loaded.ts'
import { askScan } from '../live/questions.ts'
import { Icon } from '../parts/icon.tsx'
import { Shown } from '../parts/shown.tsx'
import { writtenChoice, type ChosenFind } from './chosen-finds.ts'
import { kindName, roleNamed, ROLES, valueNow, type Find, type Role } from './device-words.ts'
import { WizardPage } from './wizard-page.tsx'

/** How often a search that runs is asked for what it found. */
const LOOK_EVERY_MS = 1000

/** What a person changed about a find: whether it is used, and as what. */
interface Change {
  readonly isUsed?: boolean
  readonly role?: Role
}
type Changes = Signal<ReadonlyMap<number, Change>>

/** Second step: what was found, each with a live value. */
export function DeviceFinds() {
  const text = texts.value.devices.wizard
  const asked = useAsked(askScan, '')
  const scan = valueOf(asked.state.value)
  const isRunning = scan?.is === 'running'
  useEffect(() => {
    if (!isRunning) return undefined
    const looking = setInterval(asked.again, LOOK_EVERY_MS)
    return () => clearInterval(looking)
  }, [isRunning])
  const finds = scan?.finds ?? []
  const fresh = finds.filter(({ knownAs }) => knownAs === null)
  // What is read already is news only where nothing else was found.
  const count = fresh.length > 0 ? fresh.length : finds.length
  const found = text.found(count, numbers.value.count(count))
  const answer =
    scan === undefined || (isRunning && count === 0) ? text.looking : count === 0 ? text.foundNone : found
  const because = count > 0 ? text.foundBecause : isRunning ? text.lookingBecause : text.foundNoneBecause
  return (
    <WizardPage step="choose" answer={answer} because={scan === undefined ? undefined : because}>
      <Shown asked={asked} height={22}>
        {({ finds, is }) => <Finds finds={finds} isRunning={is === 'running'} />}
      </Shown>
    </WizardPage>
  )
}

function Finds({ finds, isRunning }: { readonly finds: readonly Find[]; readonly isRunning: boolean }) {
  const text = texts.value.devices.wizard
  const changes = useSignal<ReadonlyMap<number, Change>>(new Map())
  const chosen = finds.flatMap(({ knownAs, role }, at): ChosenFind[] => {
    const change = changes.value.get(at)
    return knownAs === null && change?.isUsed !== false ? [{ at, role: change?.role ?? role }] : []
  })
  const use =
    chosen.length === 1
      ? text.useOne
      : chosen.length === 2
        ? text.useBoth
        : text.useAll(numbers.value.count(chosen.length))
  return (
    <div class="stack">
      {finds.length === 0 && !isRunning && (
        <ul class="card reasons">
          {text.noneReasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {finds.length > 0 && (
        <ul class="finds" aria-live="polite">
          {finds.map((find, at) => (
            <FindCard key={`${find.template} ${find.name}`} find={find} at={at} changes={changes} />
          ))}
        </ul>
      )}
      {isRunning && (
        <p class="searching muted" role="status">
          {finds.length === 0 ? text.lookingBecause : text.looking}
        </p>
      )}
      <div class="actions">
        {chosen.length > 0 && (
          <a
            class="button primary"
            href={addressOf('newDeviceStep', { step: 'name' }, `use=${writtenChoice(chosen)}`)}
          >
            {use}
          </a>
        )}
        <a
          class={finds.length === 0 && !isRunning ? 'button primary' : 'button'}
          href={addressOf('newDevice', {})}
        >
          {text.elsewhere}
        </a>
        <a class="button quiet" href={addressOf('newDeviceStep', { step: 'by-hand' })}>
          {text.byHand}
        </a>
      </div>
    </div>
  )
}

interface FindCardProps {
  readonly find: Find
  readonly at: number
  readonly changes: Changes
}

function FindCard({ find, at, changes }: FindCardProps) {
  const text = texts.value.devices
  const change = changes.value.get(at)
  const role = change?.role ?? find.role
  const { figure, word } = valueNow(find.seen, role)
  const set = (more: Change) => {
    changes.value = new Map(changes.value).set(at, { ...change, ...more })
  }
  return (
    <li class={find.knownAs === null ? 'card find' : 'card find find-known'}>
      <h2>{kindName(find.template, find.title)}</h2>
      <p class="find-now">
        <span class="hero">{figure}</span> <span>{word}</span>
      </p>
      <p class="muted find-line">{find.name}</p>
      {find.knownAs !== null ? (
        <p class="find-as">
          <Icon name="check" />
          {text.wizard.known(find.knownAs)}
        </p>
      ) : (
        <div class="find-choice">
          <label class="choice">
            <input
              type="checkbox"
              checked={change?.isUsed !== false}
              onChange={(event) => set({ isUsed: event.currentTarget.checked })}
            />
            {text.wizard.include}
          </label>
          <label>
            <span class="muted">{text.wizard.role}</span>
            <RoleSelect role={role} set={(next) => set({ role: next })} />
          </label>
        </div>
      )}
    </li>
  )
}

function RoleSelect({ role, set }: { readonly role: Role; readonly set: (role: Role) => void }) {
  const text = texts.value.devices
  return (
    <select value={role} onChange={(event) => set(roleNamed(event.currentTarget.value) ?? role)}>
      {ROLES.map((one) => (
        <option key={one} value={one} selected={one === role}>
          {text.roles[one]}
        </option>
      ))}
    </select>
  )
}
