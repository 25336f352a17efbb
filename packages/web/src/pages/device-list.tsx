import { useEffect } from 'preact/hooks'

import { addressOf } from '../frame/router.ts'
import { numbers, texts, times } from '../language/language.ts'
import { useAsked } from '../live/loaded.ts'
import { askDevices } from '../live/questions.ts'
import { publicState } from '../live/stream.ts'
import { Card } from '../parts/card.tsx'
import { Icon } from '../parts/icon.tsx'
import { Mark } from '../parts/mark.tsx'
import { Shown } from '../parts/shown.tsx'
import { DeviceDetails } from './device-details.tsx'
import { ago, kindName, valueNow, type Device, type Devices } from './device-words.ts'

/** The household's devices: how each is, what it says now, and what is behind it. */
export function DeviceList() {
  const asked = useAsked(askDevices, '')
  // The stream speaks every two seconds; what it does not carry is asked for at its beat.
  const told = publicState.value
  useEffect(() => {
    if (told !== undefined) asked.again()
  }, [told])
  return (
    <Shown asked={asked} height={14}>
      {(known) => <DeviceCard known={known} again={asked.again} />}
    </Shown>
  )
}

function DeviceCard({ known, again }: { readonly known: Devices; readonly again: () => void }) {
  const text = texts.value.devices
  const { devices, isRunHere } = known
  if (!isRunHere)
    return (
      <Card title={text.title} wide>
        <p class="muted">{text.notHere}</p>
      </Card>
    )
  if (devices.length === 0)
    return (
      <Card title={text.title} wide>
        <p>{text.empty}</p>
        <p>
          <a class="button primary" href={addressOf('newDevice', {})}>
            {text.add}
          </a>
        </p>
      </Card>
    )
  return (
    <Card
      title={text.title}
      wide
      how={text.how}
      aside={
        <>
          <Mark mark="live" />
          <a class="button" href={addressOf('newDevice', {})}>
            <Icon name="plus" />
            {text.add}
          </a>
        </>
      }
    >
      <div class="device-heads" aria-hidden="true">
        {Object.values(text.columns).map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      <ul class="devices">
        {devices.map((device) => (
          <DeviceRow key={device.id} device={device} again={again} />
        ))}
      </ul>
      <DeviceIncidents incidents={known.incidents} />
    </Card>
  )
}

function DeviceIncidents({ incidents }: Pick<Devices, 'incidents'>) {
  const text = texts.value.devices.incidents
  if (incidents.length === 0) return null
  return (
    <section>
      <h3>{text.title}</h3>
      <ul class="lines plain">
        {incidents.map(({ at, kind, meter }) => (
          <li key={`${at} ${kind} ${meter ?? ''}`}>
            <div class="line">
              <span class="line-what">
                <strong>{text.kinds[kind]}</strong>
                <span class="muted">
                  {meter ?? text.all}, {times.value.moment(at)}
                </span>
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

const QUALITY_ICONS = {
  checked: 'check',
  unchecked: 'check',
  refused: 'warn',
  stale: 'warn',
  silent: 'why',
} as const

function DeviceRow({ device, again }: { readonly device: Device; readonly again: () => void }) {
  const text = texts.value.devices
  const { id, title, template, role, quality, seen, ageMs, frames, problems } = device
  const { figure, word } = valueNow(seen, role)
  const unused = Math.max(
    frames.invalid,
    problems.reduce((sum, { times }) => sum + times, 0),
  )
  return (
    <li class={`device device-${quality}`}>
      <h3>
        {id}
        <span class="muted">{kindName(template, title)}</span>
      </h3>
      <dl>
        <div class="device-now">
          <dt>{text.columns.now}</dt>
          <dd>
            {figure !== '' && <strong>{figure}</strong>} <span class="muted">{word}</span>
          </dd>
        </div>
        <div>
          <dt>{text.columns.age}</dt>
          <dd>{ageMs === null ? '–' : ago(ageMs)}</dd>
        </div>
        <div>
          <dt>{text.columns.quality}</dt>
          <dd class="device-quality" title={text.qualityWhat[quality]}>
            <Icon name={QUALITY_ICONS[quality]} />
            {text.quality[quality]}
          </dd>
        </div>
        <div>
          <dt>{text.columns.refused}</dt>
          <dd>{unused === 0 ? text.noneRefused : numbers.value.count(unused)}</dd>
        </div>
      </dl>
      <details>
        <summary>
          {text.details}
          <span class="unseen"> {id}</span>
        </summary>
        <DeviceDetails device={device} again={again} />
      </details>
    </li>
  )
}
