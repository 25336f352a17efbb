import { OPERATION_BYTES_MAX } from '@tri/community'

import { BLOCK_BYTES_MAX } from '../ordering/block-limit.ts'
import { BATCH_MAX } from './transaction-door.ts'

/** Another steward, as the engine calls her: the name of her node (hex) and where it listens (host:port, IPv6 in brackets). */
export interface EnginePeer {
  readonly node: string
  readonly address: string
}

/** Where a new steward begins, instead of at the first block: a block that was checked elsewhere, and whom to ask. */
export interface EngineStateSync {
  readonly height: number
  /** Hash of the header at that height. */
  readonly hash: Uint8Array
  /** Unix sockets that answer as the engines of two stewards would; one may be named twice. */
  readonly sockets: readonly [string, string]
}

/** How the engine reaches its application, its owner and the other stewards. */
export interface EngineNetwork {
  /** Unix sockets: where our application listens, and where the engine's own questions are answered. */
  readonly appSocket: string
  readonly rpcSocket: string
  /** host:port for the other stewards, IPv6 in brackets. */
  readonly listen: string
  /** What the others dial, when it is not `listen`. */
  readonly external?: string
  readonly peers: readonly EnginePeer[]
  readonly stateSync?: EngineStateSync
  /** What to replace in the table below, by `section.name`: for trials on a slow or a distant network. */
  readonly changes?: Readonly<Record<string, Setting>>
}

type Setting = string | number | boolean | readonly string[]

const TRANSACTION_BYTES_MAX = OPERATION_BYTES_MAX + 64
/** Operations that wait at one steward: ten blocks of the smallest ones. */
const WAITING_MAX = 20_000

/** The engine's configuration file, section by section. What is not named keeps the engine's own default. */
export function engineConfig(network: EngineNetwork): string {
  const { changes = {} } = network
  const sections = Object.entries(settingsOf(network)).map(([section, settings]) => {
    const lines = Object.entries(settings).map(
      ([name, value]) => `${name} = ${toml(changes[`${section}.${name}`] ?? value)}`,
    )
    return [...(section === '' ? [] : [`[${section}]`]), ...lines, ''].join('\n')
  })
  return sections.join('\n')
}

function settingsOf(network: EngineNetwork): Readonly<Record<string, Readonly<Record<string, Setting>>>> {
  const { appSocket, rpcSocket } = network
  return {
    '': {
      proxy_app: `unix://${appSocket}`,
      abci: 'socket',
      moniker: 'steward',
      db_backend: 'goleveldb',
      // What went wrong; at `info` every block would be a dozen lines.
      log_level: 'error',
      log_format: 'json',
      // The application is asked about every node that dials: only stewards, and those about to be, are let in.
      filter_peers: true,
    },
    rpc: {
      laddr: `unix://${rpcSocket}`,
      grpc_laddr: '',
      pprof_laddr: '',
      unsafe: false,
      // An operation travels as base64 in JSON, with room for the envelope.
      max_body_bytes: Math.ceil((TRANSACTION_BYTES_MAX * 4) / 3) + 65_536,
      max_subscription_clients: 0,
      max_request_batch_size: BATCH_MAX,
    },
    p2p: peerSettings(network),
    mempool: {
      type: 'flood',
      // An operation that waited may no longer hold after a block: whoever submitted it is told, and it is not proposed.
      recheck: true,
      recheck_timeout: '10s',
      broadcast: true,
      size: WAITING_MAX,
      max_txs_bytes: 4 * TRANSACTION_BYTES_MAX,
      cache_size: 2 * WAITING_MAX,
      'keep-invalid-txs-in-cache': false,
      max_tx_bytes: TRANSACTION_BYTES_MAX,
    },
    statesync: stateSyncSettings(network.stateSync),
    blocksync: { version: 'v0' },
    consensus: CONSENSUS,
    storage: { discard_abci_responses: true },
    // Operations are looked up in the book, not in the engine.
    tx_index: { indexer: 'null' },
    instrumentation: { prometheus: false },
  }
}

/** Private peers only: nobody is looked for, nobody is told of anybody. */
function peerSettings({ listen, external, peers }: EngineNetwork): Readonly<Record<string, Setting>> {
  const ids = peers.map(({ node }) => node).join(',')
  return {
    laddr: `tcp://${listen}`,
    external_address: external ?? '',
    seeds: '',
    persistent_peers: peers.map(({ node, address }) => `${node}@${address}`).join(','),
    pex: false,
    addr_book_strict: false,
    unconditional_peer_ids: ids,
    private_peer_ids: ids,
    // Several stewards may stand behind one address: a lab, a block of flats.
    allow_duplicate_ip: true,
    max_num_inbound_peers: 32,
    max_num_outbound_peers: 32,
    // A link that came back is used within seconds, however long it was away.
    persistent_peers_max_dial_period: '3s',
    dial_timeout: '3s',
    handshake_timeout: '10s',
    // The default of 100 ms would be felt at each of the three steps of a round.
    flush_throttle_timeout: '5ms',
    send_rate: BLOCK_BYTES_MAX,
    recv_rate: BLOCK_BYTES_MAX,
  }
}

/**
 * On one machine a round takes some tens of milliseconds, on a Raspberry Pi with a settlement in it some hundreds. The time-outs
 * below only run when a steward is silent; a round that was too short for a busy box is followed by a longer one.
 */
const CONSENSUS: Readonly<Record<string, Setting>> = {
  timeout_propose: '1s',
  timeout_propose_delta: '500ms',
  timeout_prevote: '500ms',
  timeout_prevote_delta: '500ms',
  timeout_precommit: '500ms',
  timeout_precommit_delta: '500ms',
  // How long to wait for the slowest steward's signature; with all of them there is nothing to wait for.
  timeout_commit: '50ms',
  skip_timeout_commit: true,
  create_empty_blocks: false,
  create_empty_blocks_interval: '0s',
  peer_gossip_sleep_duration: '10ms',
  peer_query_maj23_sleep_duration: '1s',
  // A steward who looks for her own signature in the last blocks finds it after every ordinary restart: without empty
  // blocks they can be hours old and still be the last. Our own guard asks the others instead.
  double_sign_check_height: 0,
}

// The block to trust comes from our own proof, checked from the genesis on: it does not age.
const TRUST_PERIOD = '87600h0m0s'

function stateSyncSettings(sync: EngineStateSync | undefined): Readonly<Record<string, Setting>> {
  if (sync === undefined) return { enable: false }
  return {
    enable: true,
    rpc_servers: sync.sockets.map((path) => `unix://${path}`).join(','),
    trust_height: sync.height,
    trust_hash: Buffer.from(sync.hash).toString('hex').toUpperCase(),
    trust_period: TRUST_PERIOD,
    discovery_time: '5s',
    chunk_request_timeout: '10s',
    chunk_fetchers: '4',
  }
}

function toml(value: Setting): string {
  return JSON.stringify(value)
}
