import type { LineState } from '@tri/meters'

import { deviceWatch } from './device-watch.ts'
import { runMqttOutlet } from './mqtt-outlet.ts'
import type { OutwardsPorts } from './outwards-ports.ts'
import type { OutwardsSettings } from './outwards-shape.ts'
import type { OutwardsEvent, OutwardsSources } from './outwards-sources.ts'
import { openWebhook, type WebhookReport } from './webhooks.ts'

/** The household's systems, being told. */
export interface Outwards extends AsyncDisposable {
  report(): OutwardsReport
}

/** How telling goes. */
export interface OutwardsReport {
  /** The broker's line; undefined where none is told. */
  readonly broker: LineState | undefined
  /** In the order of the settings. */
  readonly webhooks: readonly WebhookReport[]
}

/** How often devices are looked at for silence, ms. */
const LOOK_EVERY_MS = 10_000

/**
 * Tells the household's own systems what its node knows of this home, and nothing of any other, until it is disposed of: the MQTT
 * broker live values, registers, credit, sharing and advice; webhooks gaps, incidents, refused statements and devices that fell
 * silent. A system that is away is tried again and keeps nothing else from being told; the node never waits for one.
 *
 * @param sources see `homeSource`; devices are the gateway's
 */
export function openOutwards(
  settings: OutwardsSettings,
  sources: OutwardsSources,
  ports: OutwardsPorts,
): Outwards {
  const closing = new AbortController()
  const { signal } = closing
  const webhooks = settings.webhooks.map((one) => openWebhook(one, sources.home, ports))
  let broker: LineState | undefined
  const running = webhooks.map((webhook) => webhook.run(signal))
  if (settings.mqtt !== undefined) {
    broker = { is: 'opening', tries: 0 }
    const told = (state: LineState) => void (broker = state)
    running.push(runMqttOutlet({ settings, mqtt: settings.mqtt, sources, ports, told }, signal))
  }
  // A full disk keeps an event from being written down: that is told, and is no matter of whoever told the event.
  const tell = (event: OutwardsEvent) => {
    for (const webhook of webhooks) attempt(() => webhook.tell(event), ports.failed)
  }
  const silence = sources.onEvent(tell)
  if (webhooks.length > 0) running.push(watchDevices({ settings, sources, ports, tell }, signal))
  const kept = running.map((one) => one.catch(ports.failed))
  return {
    report: () => ({ broker, webhooks: webhooks.map((webhook) => webhook.report()) }),
    [Symbol.asyncDispose]: async () => {
      silence()
      closing.abort()
      await Promise.all(kept)
    },
  }
}

interface Watching {
  readonly settings: Pick<OutwardsSettings, 'silentSeconds'>
  readonly sources: Pick<OutwardsSources, 'devices'>
  readonly ports: Pick<OutwardsPorts, 'store' | 'now' | 'pause' | 'failed'>
  readonly tell: (event: OutwardsEvent) => void
}

async function watchDevices(
  { settings, sources, ports, tell }: Watching,
  signal: AbortSignal,
): Promise<void> {
  const watch = deviceWatch(ports.store, { startedAt: ports.now(), silentMs: settings.silentSeconds * 1000 })
  while (!signal.aborted) {
    attempt(() => watch.look(sources.devices.reports(), ports.now()).forEach(tell), ports.failed)
    await ports.pause(LOOK_EVERY_MS, signal).catch(() => undefined)
  }
}

function attempt(work: () => void, failed: (cause: unknown) => void): void {
  try {
    work()
  } catch (cause) {
    failed(cause)
  }
}
