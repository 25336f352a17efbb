import { texts } from '../language/language.ts'
import type { NetworkNode } from './network.ts'
import { flowWords, placeName } from './words.ts'

/** The map in words: every place, what it connects to, and what flowed between them. */
export function NetworkTable({ network }: { readonly network: readonly NetworkNode[] }) {
  const text = texts.value.nearby
  const names = new Map(network.map((place) => [place.node.id, placeName(place)]))
  return (
    <div class="scroll tall" tabIndex={0} role="region" aria-label={text.table}>
      <table>
        <thead>
          <tr>
            {[text.place, text.type, text.connectsTo, text.flow].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {network.map((place) => (
            <tr key={place.node.id} data-node={place.node.id}>
              <th scope="row">
                {placeName(place)}
                {place.node.blurred && <span class="muted"> · {text.blurred}</span>}
              </th>
              <td>{text.kind[place.node.kind]}</td>
              <td>{names.get(place.node.parent ?? '') ?? text.root}</td>
              <td>{place.node.parent === null ? '' : flowWords(place)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
