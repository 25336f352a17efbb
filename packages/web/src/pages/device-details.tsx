import { useSignal } from '@preact/signals'

import { numbers, texts, times } from '../language/language.ts'
import type { Problem } from '../live/loaded.ts'
import { node } from '../live/node.ts'
import { Facts } from '../parts/card.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { problemWords, spoken, type Device, type Seen } from './device-words.ts'
import { RawFrameView } from './raw-frame.tsx'

/** Everything the node knows of a device: where it is, what it counts, what went wrong, and its last raw frame. */
export function DeviceDetails({ device, again }: { readonly device: Device; readonly again: () => void }) {
  const text = texts.value.devices
  const { count } = numbers.value
  const { line, fault, quality, frames, seen, problems, lastFrame } = device
  const trouble = fault ?? line.problem
  return (
    <div class="device-details">
      <p class="muted">{text.qualityWhat[quality]}</p>
      {trouble !== null && <p class="remark">{spoken(trouble)}</p>}
      {seen !== null && <Facts facts={seenFacts(seen)} />}
      <dl class="device-facts">
        <div>
          <dt>{text.use}</dt>
          <dd>{text.roles[device.role]}</dd>
        </div>
        <div>
          <dt>{text.meter}</dt>
          <dd>{device.meter ?? text.noMeter}</dd>
        </div>
        <div>
          <dt>{text.line}</dt>
          <dd>
            <code>{line.name}</code>, {stateWords(line)}
          </dd>
        </div>
        <div>
          <dt>{text.frames}</dt>
          <dd>{text.framesOf(count(frames.valid), count(frames.absent), count(frames.invalid))}</dd>
        </div>
      </dl>
      {problems.length > 0 && (
        <section>
          <h4>{text.problems}</h4>
          <ul class="device-problems">
            {problems.map(({ problem, times: often }) => (
              <li key={problem}>
                <code>{problem}</code> {text.times(often, count(often))}. {problemWords(problem)}
              </li>
            ))}
          </ul>
        </section>
      )}
      {lastFrame !== null && <RawFrameView frame={lastFrame} />}
      <Remove id={device.id} again={again} />
    </div>
  )
}

function stateWords(line: Device['line']): string {
  const text = texts.value.devices.state
  const { count } = numbers.value
  if (line.is === 'up') return text.up(line.since === null ? '' : times.value.moment(line.since))
  if (line.is === 'opening') return text.opening(line.tries, count(line.tries))
  if (line.is === 'closed') return text.closed
  return text.waiting(line.until === null ? '' : times.value.clock(line.until), count(line.tries))
}

const all = (values: readonly number[] | null, shown: (value: number) => string) =>
  values === null ? undefined : values.map((value) => shown(value)).join(' · ')

/** What the last frame said, as names and figures. */
export function seenFacts(seen: Seen): (readonly [string, string])[] {
  const text = texts.value.devices
  const { power, energyExact, count } = numbers.value
  const facts: (readonly [string, string | undefined])[] = [
    [text.power, seen.powerW === null ? undefined : power(seen.powerW)],
    [text.register.in, seen.importWh === null ? undefined : energyExact(seen.importWh)],
    [text.register.out, seen.exportWh === null ? undefined : energyExact(seen.exportWh)],
    [text.phases, all(seen.phasePowersW, power)],
    [text.volts, all(seen.phaseVoltagesV, (value) => `${count(value)}\u00a0V`)],
    [text.temperature, seen.temperatureC === null ? undefined : `${count(seen.temperatureC)}\u00a0°C`],
    [text.charge, seen.charge100 === null ? undefined : `${count(seen.charge100)}\u00a0%`],
    [text.isOn, seen.isOn === null ? undefined : seen.isOn ? text.on : text.off],
  ]
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}

function focusOnce(button: HTMLButtonElement | null): void {
  button?.focus()
}

function Remove({ id, again }: { readonly id: string; readonly again: () => void }) {
  const text = texts.value.devices
  const isAsking = useSignal(false)
  const problem = useSignal<Problem | undefined>(undefined)
  const remove = async () => {
    const outcome = await node.removeDevice({ params: { id } })
    problem.value = outcome.ok ? undefined : outcome.refusal
    isAsking.value = false
    if (outcome.ok) again()
  }
  return (
    <section class="device-remove">
      {problem.value !== undefined && <ProblemNotice problem={problem.value} />}
      {isAsking.value ? (
        <>
          <p role="alert">{text.removeSure(id)}</p>
          <div class="actions">
            <button type="button" class="button" onClick={() => void remove()}>
              {text.removeYes}
            </button>
            <button
              type="button"
              class="button quiet"
              ref={focusOnce}
              onClick={() => {
                isAsking.value = false
              }}
            >
              {text.removeNo}
            </button>
          </div>
        </>
      ) : (
        <button
          type="button"
          class="button quiet"
          onClick={() => {
            isAsking.value = true
          }}
        >
          {text.remove}
          <span class="unseen"> {id}</span>
        </button>
      )}
    </section>
  )
}
