/** The smallest valid community file: two homes in one street. */
export const prova = {
  format: 'tri/community/1',
  id: 'prova',
  name: 'Prova',
  timezone: 'Europe/Rome',
  network: [
    { id: 'cabina', kind: 'transformer' },
    { id: 'via-po', kind: 'street', parent: 'cabina', ohm: 0.021 },
    { id: 'casa-1', kind: 'site', parent: 'via-po', ohm: 0.004 },
    { id: 'casa-2', kind: 'site', parent: 'via-po', ohm: 0.006 },
  ],
  members: [
    { id: 'home-1', kind: 'household' },
    { id: 'home-2', kind: 'household' },
  ],
  meters: [
    { id: 'm1', member: 'home-1', site: 'casa-1' },
    { id: 'm2', member: 'home-2', site: 'casa-2' },
  ],
  charter: {
    rule: 'neighbour-first',
    creditPerKwh: { home: '0.09', building: '0.10', street: '0.11', transformer: '0.12', substation: '0.13' },
  },
}

const QUARTER_MS = 900_000
const [mayFrom, mayUntil] = [Date.parse('2024-04-30T22:00:00Z'), Date.parse('2024-05-31T22:00:00Z')]

/** May 2024 of both homes: the first one's roof gives 200 Wh a slot, the second one takes 150; two slots may be missing. */
export function mayReadings({ withGap }: { readonly withGap: boolean }): string {
  const lines = ['meter,from,import_wh,export_wh']
  for (let at = mayFrom; at < mayUntil; at += QUARTER_MS) {
    const from = new Date(at).toISOString()
    lines.push(`m1,${from},0,200`)
    const isMissing = withGap && (from.startsWith('2024-05-20T10:00') || from.startsWith('2024-05-20T10:15'))
    if (!isMissing) lines.push(`m2,${from},150,0`)
  }
  return `${lines.join('\n')}\n`
}
