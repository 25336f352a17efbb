/** The part of `multicast-dns` that is used here; the package brings no types. */
declare module 'multicast-dns' {
  import type { RemoteInfo } from 'node:dgram'

  namespace multicastDns {
    interface TextRecord {
      readonly name: string
      readonly type: string
      readonly ttl?: number
      readonly data?: unknown
    }
    interface Packet {
      readonly answers: readonly TextRecord[]
      readonly additionals: readonly TextRecord[]
      readonly questions: readonly { readonly name: string; readonly type: string }[]
    }
    interface Station {
      on(event: 'query' | 'response', heard: (packet: Packet, from: RemoteInfo) => void): this
      on(event: 'warning' | 'error', failed: (cause: unknown) => void): this
      on(event: 'ready', ready: () => void): this
      query(question: {
        readonly questions: readonly { readonly name: string; readonly type: string }[]
      }): void
      respond(answer: { readonly answers: readonly TextRecord[] }): void
      destroy(destroyed?: () => void): void
    }
    interface Options {
      readonly type: 'udp6'
      readonly ip: string
      readonly interface: string
      readonly bind: string
      readonly port: number
    }
  }
  function multicastDns(options: multicastDns.Options): multicastDns.Station
  export = multicastDns
}
