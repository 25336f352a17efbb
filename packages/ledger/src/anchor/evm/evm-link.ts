import { accept, Fault, refuse, type Outcome } from '@tri/units'
import { fromHex } from '@tri/units/crypto'
import {
  BaseError,
  createWalletClient,
  decodeEventLog,
  http,
  isHex,
  publicActions,
  RpcRequestError,
  TransactionReceiptNotFoundError,
  toFunctionSelector,
  type Hex,
} from 'viem'
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'

import type { AnchorRefusal } from '../anchor.ts'
import { hexOf, type AnchorKey, type ContractAt } from './anchor-keys.ts'
import { checkpointsContract } from './checkpoints-contract.ts'

const { abi } = checkpointsContract

/** What the contract's board shows of a community. */
export interface Board {
  /** Version of its anchor keys; 0 when it is not registered. */
  readonly version: number
  /** Height of its newest checkpoint; 0 before the first. */
  readonly height: number
  readonly header: Hex
}

/** A checkpoint as the chain's events hold it. */
interface CheckpointEvent {
  readonly header: Uint8Array
  readonly stateRoot: Uint8Array
  readonly transaction: Hex
  readonly block: number
  readonly blockHash: Hex
}

/** The few questions that are asked of a node of the chain. */
export interface EvmLink {
  chain(signal: AbortSignal): Promise<number>
  tip(signal: AbortSignal): Promise<number>
  board(community: Hex, signal: AbortSignal): Promise<Board>
  checkpointAt(
    at: { readonly community: Hex; readonly height: number },
    signal: AbortSignal,
  ): Promise<CheckpointEvent | undefined>
  federatedBy(transaction: Hex, root: Hex, signal: AbortSignal): Promise<Hex | undefined>
  /** Tries a call, sends it, and waits until it is in a block. */
  write(call: Hex, signal: AbortSignal): Promise<Outcome<Hex, AnchorRefusal>>
}

export interface EvmLinkOptions extends ContractAt {
  readonly url: string
  readonly payer?: AnchorKey
  readonly timeoutMs: number
}

// The contract's own errors, by the first four bytes of what it answers, in the words of the port.
const REFUSALS: ReadonlyMap<string, AnchorRefusal> = new Map<string, AnchorRefusal>([
  [toFunctionSelector('NotRegistered()'), 'community-not-registered'],
  [toFunctionSelector('KeysUnknown()'), 'anchor-keys-unknown'],
  [toFunctionSelector('KeysUnusable()'), 'anchor-keys-unusable'],
  [toFunctionSelector('HeightNotAbove(uint64)'), 'height-not-above'],
  [toFunctionSelector('TooFewSignatures(uint256,uint256)'), 'too-few-signatures'],
  [toFunctionSelector('SignatureWrong(uint256)'), 'anchor-signature-wrong'],
])

/** Asks a node of the chain. Every question ends after `timeoutMs`, or with the signal. */
export function evmLink({ url, contract: address, chain, payer, timeoutMs }: EvmLinkOptions): EvmLink {
  const client = clientOf({ url, chain, timeoutMs })
  const ask = <T>(question: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    answered(question, { url, timeoutMs, signal })
  return {
    chain: (signal) => ask(() => client.getChainId(), signal),
    tip: (signal) => ask(async () => Number(await client.getBlockNumber({ cacheTime: 0 })), signal),
    board: (community, signal) =>
      ask(async () => {
        const book = await client.readContract({ address, abi, functionName: 'newest', args: [community] })
        return { version: Number(book.version), height: Number(book.height), header: book.header }
      }, signal),
    checkpointAt: ({ community, height }, signal) =>
      ask(async () => {
        const [event] = await client.getContractEvents({
          address,
          abi,
          eventName: 'Checkpointed',
          args: { community, height: BigInt(height) },
          fromBlock: 0n,
          strict: true,
        })
        if (event === undefined) return undefined
        const { header, stateRoot } = event.args
        return {
          header: fromHex(header.slice(2)),
          stateRoot: fromHex(stateRoot.slice(2)),
          transaction: event.transactionHash,
          block: Number(event.blockNumber),
          blockHash: event.blockHash,
        }
      }, signal),
    federatedBy: (hash, root, signal) =>
      ask(async () => {
        const receipt = await client.getTransactionReceipt({ hash }).catch(undefinedWhenGone)
        return receipt === undefined ? undefined : federationIn(receipt, { address, root })
      }, signal),
    write: (call, signal) => {
      if (payer === undefined) return Promise.resolve(refuse('anchor-refused'))
      const account = privateKeyToAccount(hexOf(payer.secret))
      return ask(() => sent(client, { account, to: address, data: call }, timeoutMs), signal)
    },
  }
}

type Client = ReturnType<typeof clientOf>

function clientOf({ url, chain, timeoutMs }: { url: string; chain: number; timeoutMs: number }) {
  return createWalletClient({
    chain: {
      id: chain,
      name: 'anchor',
      nativeCurrency: { name: 'ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    },
    // A lost link only means later anchoring: the queue tries again, not the transport.
    transport: http(url, { timeout: timeoutMs, retryCount: 0 }),
    pollingInterval: 250,
    cacheTime: 0,
  }).extend(publicActions)
}

/** Tries the call first: what the contract refuses costs no gas. */
async function sent(
  client: Client,
  call: { readonly account: PrivateKeyAccount; readonly to: Hex; readonly data: Hex },
  timeout: number,
): Promise<Outcome<Hex, AnchorRefusal>> {
  try {
    await client.call(call)
  } catch (error) {
    const refusal = refusalIn(error)
    if (refusal === undefined) throw error
    return refuse(refusal)
  }
  const hash = await client.sendTransaction(call)
  const receipt = await client.waitForTransactionReceipt({ hash, timeout })
  return receipt.status === 'success' ? accept(hash) : refuse('anchor-refused')
}

/** Which of its rules the contract named when it gave up the call; undefined when the call did not reach it. */
function refusalIn(error: unknown): AnchorRefusal | undefined {
  if (!(error instanceof BaseError)) return undefined
  const answer = error.walk((cause) => cause instanceof RpcRequestError)
  if (!(answer instanceof RpcRequestError)) return undefined
  return isHex(answer.data) ? (REFUSALS.get(answer.data.slice(0, 10)) ?? 'anchor-refused') : undefined
}

function federationIn(
  { logs }: { readonly logs: readonly { address: Hex; data: Hex; topics: [Hex, ...Hex[]] | [] }[] },
  { address, root }: { readonly address: Hex; readonly root: Hex },
): Hex | undefined {
  for (const log of logs) {
    if (log.address.toLowerCase() !== address.toLowerCase()) continue
    const event = decodeEventLog({ abi, data: log.data, topics: log.topics })
    if (event.eventName === 'Federated' && event.args.root === root) return event.args.federation
  }
  return undefined
}

function undefinedWhenGone(error: unknown): undefined {
  if (!(error instanceof TransactionReceiptNotFoundError)) throw error
}

/** An answer, or the fault that there was none. */
async function answered<T>(
  question: () => Promise<T>,
  {
    url,
    timeoutMs,
    signal,
  }: { readonly url: string; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<T> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(2 * timeoutMs)])
  patience.throwIfAborted()
  const { promise: silence, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(patience.reason)
  patience.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([question(), silence])
  } catch (error) {
    if (signal.aborted) throw error
    const reason = error instanceof BaseError ? error.shortMessage : String(error)
    throw new Fault('anchor-unreachable', { anchor: new URL(url).host, reason }, { cause: error })
  } finally {
    patience.removeEventListener('abort', stop)
  }
}
