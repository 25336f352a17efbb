import { Fault } from '@tri/units'
import { createWalletClient, http, publicActions, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { hexOf, type AnchorKey } from './anchor-keys.ts'
import { checkpointsContract } from './checkpoints-contract.ts'

/**
 * Puts the checkpoint contract on a chain: once, by anybody, for any number of communities.
 *
 * @returns the contract's address, and the gas it took
 * @throws Fault `anchor-unreachable` when the chain took no contract
 */
export async function deployCheckpoints({
  url,
  payer,
  timeoutMs,
}: {
  readonly url: string
  readonly payer: AnchorKey
  readonly timeoutMs: number
}): Promise<{ readonly contract: Hex; readonly gas: number }> {
  const account = privateKeyToAccount(hexOf(payer.secret))
  const transport = http(url, { timeout: timeoutMs, retryCount: 0 })
  const client = createWalletClient({ account, transport }).extend(publicActions)
  const hash = await client.deployContract({ ...checkpointsContract, chain: null })
  const receipt = await client.waitForTransactionReceipt({ hash, timeout: timeoutMs, pollingInterval: 250 })
  if (typeof receipt.contractAddress !== 'string')
    throw new Fault('anchor-unreachable', { anchor: new URL(url).host, reason: receipt.status })
  return { contract: receipt.contractAddress, gas: Number(receipt.gasUsed) }
}
