import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'

import { addressOf, go } from '../frame/router.ts'
import { numbers, texts } from '../language/language.ts'
import { useAsked, type Problem } from '../live/loaded.ts'
import { node } from '../live/node.ts'
import { askScan } from '../live/questions.ts'
import { fieldOf } from '../parts/field-of.ts'
import { describedBy, Field } from '../parts/field.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Shown } from '../parts/shown.tsx'
import { WizardPage } from './wizard-page.tsx'

const HOST = /^[A-Za-z0-9[][A-Za-z0-9.:[\]-]{0,252}$/
const BROKER = /^mqtts?:\/\/[^@\s]+$/

interface Errors {
  readonly hosts?: string
  readonly broker?: string
}

/** First step: where to look. */
export function DeviceLook() {
  const text = texts.value.devices.wizard
  const asked = useAsked(askScan, '')
  const choose = addressOf('newDeviceStep', { step: 'choose' })
  return (
    <WizardPage step="look" answer={text.lookAnswer} because={text.lookBecause}>
      <Shown asked={asked} height={26}>
        {({ finds, is, serialPorts }) => (
          <div class="stack">
            {(is === 'running' || finds.length > 0) && (
              <p class="card before">
                {is === 'running'
                  ? text.looking
                  : text.before(finds.length, numbers.value.count(finds.length))}{' '}
                <a href={choose}>{text.see}</a>
              </p>
            )}
            <LookForm ports={serialPorts} again={asked.again} />
            <p>
              <a href={addressOf('newDeviceStep', { step: 'by-hand' })}>{text.handInstead}</a>
            </p>
          </div>
        )}
      </Shown>
    </WizardPage>
  )
}

interface LookFormProps {
  readonly ports: readonly string[]
  readonly again: () => void
}

function LookForm({ ports, again }: LookFormProps) {
  const text = texts.value.devices.wizard
  const errors = useSignal<Errors>({})
  const problem = useSignal<Problem | undefined>(undefined)
  const isStarting = useSignal(false)
  const form = useRef<HTMLFormElement>(null)
  const look = async (event: SubmitEvent) => {
    event.preventDefault()
    if (form.current === null) return
    const hosts = fieldOf(form.current, 'hosts')
      .split(/[\s,;]+/)
      .filter((host) => host !== '')
    const broker = fieldOf(form.current, 'broker').trim()
    errors.value = {
      ...(hosts.every((host) => HOST.test(host)) ? {} : { hosts: text.errorHosts }),
      ...(broker === '' || BROKER.test(broker) ? {} : { broker: text.errorBroker }),
    }
    const [wrong] = Object.keys(errors.value)
    if (wrong !== undefined) {
      form.current.querySelector<HTMLElement>(`#${wrong}`)?.focus()
      return
    }
    isStarting.value = true
    const serial = fieldOf(form.current, 'serial') === 'all' ? ({ serial: true } as const) : {}
    const outcome = await node.startScan({ body: { ...serial, hosts, ...(broker === '' ? {} : { broker }) } })
    isStarting.value = false
    if (outcome.ok || outcome.refusal.code === 'scan-running')
      go(addressOf('newDeviceStep', { step: 'choose' }))
    else problem.value = outcome.refusal
  }
  return (
    <form class="card form" ref={form} onSubmit={(event) => void look(event)} noValidate>
      <Ports ports={ports} again={again} />
      <Field id="hosts" label={text.hosts} hint={text.hostsHint} error={errors.value.hosts}>
        <input {...describedBy('hosts', errors.value.hosts)} autocomplete="off" autocapitalize="off" />
      </Field>
      <Field id="broker" label={text.broker} hint={text.brokerHint} error={errors.value.broker}>
        <input {...describedBy('broker', errors.value.broker)} autocomplete="off" inputMode="url" />
      </Field>
      {problem.value !== undefined && <ProblemNotice problem={problem.value} />}
      <button type="submit" class="button primary" disabled={isStarting.value}>
        {isStarting.value ? text.starting : text.look}
      </button>
    </form>
  )
}

function Ports({ ports, again }: LookFormProps) {
  const text = texts.value.devices.wizard
  return (
    <fieldset class="choices">
      <legend>{text.ports}</legend>
      {ports.length === 0 ? (
        <>
          <p class="muted">{text.portsNone}</p>
          <button type="button" class="button" onClick={again}>
            {text.portsAgain}
          </button>
        </>
      ) : (
        <>
          <label class="choice">
            <input type="checkbox" name="serial" value="all" defaultChecked />
            {text.portsAll(ports.length, numbers.value.count(ports.length))}
          </label>
          <ul class="muted ports">
            {ports.map((port) => (
              <li key={port}>{port.split('/').at(-1)}</li>
            ))}
          </ul>
        </>
      )}
    </fieldset>
  )
}
