import { useSignal } from '@preact/signals'

import { numbers, texts, times } from '../language/language.ts'
import type { RawFrame } from './device-words.ts'

/** Bytes in pairs of digits, so that a line can break between any two. */
function spaced(hex: string): string {
  return hex.replaceAll(/..(?=.)/g, '$& ')
}

/** The last frame as it came, to be read, copied and handed on with a question. */
export function RawFrameView({ frame }: { readonly frame: RawFrame }) {
  const text = texts.value.devices
  const isCopied = useSignal(false)
  const shown = frame.text ?? spaced(frame.hex)
  const copy = async () => {
    // Without a secure origin there is no clipboard; the text can still be selected.
    await navigator.clipboard?.writeText(shown)
    isCopied.value = navigator.clipboard !== undefined
  }
  return (
    <section class="raw-frame">
      <header>
        <h4>{text.raw}</h4>
        <span class="muted">
          {text.rawWhen(times.value.clock(frame.takenAt), numbers.value.count(frame.length), frame.protocol)}
        </span>
        <button type="button" class="button quiet" onClick={() => void copy()}>
          {isCopied.value ? text.copied : text.copy}
        </button>
      </header>
      <pre class="raw-bytes scroll" tabIndex={0} aria-label={text.raw}>
        {shown}
      </pre>
      {frame.hex.length < frame.length * 2 && <p class="muted">{text.rawCut}</p>}
      {frame.values.length > 0 && <FrameValues values={frame.values} />}
    </section>
  )
}

function FrameValues({ values }: Pick<RawFrame, 'values'>) {
  const text = texts.value.devices
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={text.values}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.values}</th>
            <th scope="col" class="number">
              {text.value}
            </th>
          </tr>
        </thead>
        <tbody>
          {values.map(({ name, value, unit }, at) => (
            <tr key={`${at} ${name}`}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td class="number">{unit === null ? String(value) : `${String(value)}\u00a0${unit}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
