import type { ResponseOf } from '@tri/contract'

import { addressOf } from '../frame/router.ts'
import { numbers, texts } from '../language/language.ts'
import { Card } from '../parts/card.tsx'
import type { MarkName } from '../parts/mark.tsx'

type Row = ResponseOf<'home'>['shareWith'][number]

/** Neighbours by distance, as ranked bars: what I gave to the right, what I took below it. */
export function ShareWith({ rows, mark }: { readonly rows: readonly Row[]; readonly mark: MarkName }) {
  const text = texts.value.share
  const shared = rows.filter((row) => row.ring !== 'grid' && row.givenWh + row.receivedWh > 0)
  const most = Math.max(1, ...shared.map((row) => Math.max(row.givenWh, row.receivedWh)))
  return (
    <Card
      title={text.title}
      mark={mark}
      how={text.how}
      foot={
        <a class="file" href={addressOf('nearby', {})}>
          {text.map}
        </a>
      }
    >
      {shared.length === 0 ? (
        <p class="muted">{text.empty}</p>
      ) : (
        <ul class="share">
          {shared.map((row) => (
            <ShareRow key={row.ring} row={row} most={most} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function ShareRow({ row, most }: { readonly row: Row; readonly most: number }) {
  const text = texts.value.share
  const { energy, count } = numbers.value
  const homes = row.homes === null ? text.fewHomes : text.homes(row.homes, count(row.homes))
  return (
    <li>
      <span class="share-ring">
        {texts.value.ring[row.ring]} <span class="muted">{homes}</span>
      </span>
      <span class="share-sides">
        {row.givenWh > 0 && (
          <Bar kind="gave" word={text.gave} part01={row.givenWh / most} shown={energy(row.givenWh)} />
        )}
        {row.receivedWh > 0 && (
          <Bar kind="took" word={text.took} part01={row.receivedWh / most} shown={energy(row.receivedWh)} />
        )}
      </span>
    </li>
  )
}

interface BarProps {
  readonly kind: 'gave' | 'took'
  readonly word: string
  readonly part01: number
  readonly shown: string
}

function Bar({ kind, word, part01, shown }: BarProps) {
  return (
    <span class={`share-bar ${kind}`}>
      <span class="share-fill" style={{ width: `${Math.max(1.5, part01 * 100)}%` }} />
      <span class="share-word">
        {word} <strong>{shown}</strong>
      </span>
    </span>
  )
}
