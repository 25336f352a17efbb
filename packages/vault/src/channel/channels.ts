import { must } from '@tri/units'

import { RESOLUTION_NAMES, type Resolution } from '../resolution.ts'
import { numberIn, textIn, type VaultStore } from '../store/vault-store.ts'

/** One meter at one resolution. */
export interface Channel {
  readonly id: number
  readonly meter: string
  readonly resolution: Resolution
}

/** The channels of a vault by meter and resolution. */
export interface Channels {
  find(meter: string, resolution: Resolution): Channel | undefined
  byId(id: number): Channel
  /** The channel; made where there is none, within the caller's transaction. */
  ensured(meter: string, resolution: Resolution): Channel
  all(): readonly Channel[]
  /** Forgets what is not on the disk. */
  forget(): void
}

/** The channels that the file knows. */
export function channelsOf(store: VaultStore): Channels {
  let loaded: Map<string, Channel> | undefined
  const now = (): Map<string, Channel> => (loaded ??= loadedFrom(store))
  return {
    find: (meter, resolution) => now().get(`${resolution}/${meter}`),
    byId(id) {
      const found = [...now().values()].find((channel) => channel.id === id)
      must(found !== undefined, 'what is kept belongs to a channel', { id })
      return found
    },
    ensured(meter, resolution) {
      const known = now().get(`${resolution}/${meter}`)
      if (known !== undefined) return known
      const channel = { id: now().size + 1, meter, resolution }
      store.run(
        'INSERT INTO channels (id, meter, resolution) VALUES (?, ?, ?)',
        channel.id,
        meter,
        resolution,
      )
      now().set(`${resolution}/${meter}`, channel)
      return channel
    },
    all: () => [...now().values()],
    forget() {
      loaded = undefined
    },
  }
}

function loadedFrom(store: VaultStore): Map<string, Channel> {
  const channels = store.all('SELECT id, meter, resolution FROM channels ORDER BY id').map((row) => {
    const resolution = RESOLUTION_NAMES.find((name) => name === row['resolution'])
    must(resolution !== undefined, 'a channel has a resolution')
    return { id: numberIn(row, 'id'), meter: textIn(row, 'meter'), resolution }
  })
  return new Map(channels.map((channel) => [`${channel.resolution}/${channel.meter}`, channel]))
}
