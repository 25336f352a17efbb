import type { ResponseOf } from '@tri/contract'

import { Triangle } from '../charts/triangle.tsx'
import { triangleFlows } from '../charts/triangle-flows.ts'
import { numbers, texts, times } from '../language/language.ts'
import { freshness } from '../live/stream.ts'
import { Card } from '../parts/card.tsx'
import { Icon } from '../parts/icon.tsx'

type TriangleNow = NonNullable<ResponseOf<'home'>['triangle']>

/** The live triangle, whether it adds up, and the same numbers as a table. */
export function HomeTriangle({ triangle }: { readonly triangle: TriangleNow }) {
  const text = texts.value.triangle
  const { power } = numbers.value
  return (
    <Card
      title={text.title}
      mark={triangle.mark}
      aside={<Age at={triangle.at} />}
      how={text.how}
      foot={<TriangleTable triangle={triangle} />}
    >
      <Triangle powers={triangle} />
      <ul class="sides">
        <li>
          {text.toNeighbours} <strong>{power(triangle.toNeighboursW)}</strong>
        </li>
        <li>
          {text.fromNeighbours} <strong>{power(triangle.fromNeighboursW)}</strong>
        </li>
        <li class="from-grid">
          {text.toGrid} <strong>{power(triangle.toGridW)}</strong>
        </li>
        <li class="from-grid">
          {text.fromGrid} <strong>{power(triangle.fromGridW)}</strong>
        </li>
      </ul>
      <Balance triangle={triangle} />
    </Card>
  )
}

/** The time of the values: "now" while the stream speaks, "as of" when it does not. */
function Age({ at }: { readonly at: number }) {
  const time = times.value.clock(at)
  const isFresh = freshness.value === 'fresh'
  return (
    <span class={isFresh ? 'age' : 'age stale'}>
      {isFresh ? texts.value.live.now(time) : texts.value.live.asOf(time)}
    </span>
  )
}

function Balance({ triangle }: { readonly triangle: TriangleNow }) {
  const text = texts.value.triangle
  const flows = triangleFlows(triangle)
  const shown = numbers.value.percent(flows.unmeasured01)
  return (
    <p class={flows.addsUp ? 'balance ok' : 'balance warn'}>
      <Icon name={flows.addsUp ? 'check' : 'warn'} />
      {flows.addsUp ? text.addsUp(shown) : text.addsUpNot(shown)}
    </p>
  )
}

function TriangleTable({ triangle }: { readonly triangle: TriangleNow }) {
  const text = texts.value.triangle
  const { power } = numbers.value
  const shown = (powerW: number | null) => (powerW === null ? text.notMeasured : power(powerW))
  const rows: readonly (readonly [string, string])[] = [
    [text.produce, shown(triangle.producedW)],
    [text.consume, shown(triangle.consumedW)],
    [text.own, shown(triangleFlows(triangle).ownW)],
    [text.toNeighbours, power(triangle.toNeighboursW)],
    [text.toGrid, power(triangle.toGridW)],
    [text.fromNeighbours, power(triangle.fromNeighboursW)],
    [text.fromGrid, power(triangle.fromGridW)],
    [text.unmeasured, power(triangle.residualW)],
  ]
  const sensors = [
    ...(triangle.sensors.connection ? [text.connection] : []),
    ...(triangle.sensors.production ? [text.production] : []),
    ...(triangle.sensors.consumption ? [text.consumption] : []),
  ]
  return (
    <details class="twin">
      <summary>{texts.value.table}</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={text.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{text.flow}</th>
              <th scope="col" class="number">
                {text.powerNow}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="number">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="muted">
        {text.sensors}: {sensors.length === 0 ? texts.value.none : sensors.join(', ')}
      </p>
    </details>
  )
}
