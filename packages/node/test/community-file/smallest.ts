/** The smallest valid community file of docs/formats.md: two homes in one street. */
export const smallestCommunity = {
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
} as const
