import { z } from 'zod'

import { privateness } from './address-rule.ts'

/** What a webhook may be told of. */
export const WEBHOOK_KINDS = ['gap', 'incident', 'device-silent', 'device-back', 'statement-refused'] as const
/** One of WEBHOOK_KINDS. */
export type WebhookKind = (typeof WEBHOOK_KINDS)[number]

/** Webhooks of one household at most. */
export const WEBHOOKS_MAX = 8
/** Characters of a secret at least: what `openssl rand -hex 16` gives. */
const SECRET_CHARACTERS_MIN = 32

const withoutLogin = (text: string) => !text.includes('@')
/** Without encryption only where the address is in the house; a name is looked up each time it is used. */
const plainStaysHome = (text: string) => {
  const url = URL.parse(text)
  if (url === null || url.protocol === 'https:' || url.protocol === 'mqtts:') return true
  return privateness(url.hostname) !== 'public'
}
const STAYS_HOME = 'without encryption only to a private address'

const brokerAddress = z
  .url({ protocol: /^mqtts?$/ })
  .max(2048)
  .refine(withoutLogin, 'user and password stand in `login`')
  .refine(plainStaysHome, STAYS_HOME)

const webhookAddress = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .refine(withoutLogin, 'no user and password: the receiver checks the signature')
  .refine(plainStaysHome, STAYS_HOME)
  .refine((text) => privateness(URL.parse(text)?.hostname ?? '') !== 'never', 'no address that a node calls')

const mqttShape = z.strictObject({
  /** `mqtt://127.0.0.1:1883`; the household's own broker, or the one inside the node. */
  broker: brokerAddress,
  login: z.strictObject({ user: z.string().max(128), password: z.string().max(256) }).optional(),
  /** How often live values are said, seconds. */
  everySeconds: z.int().min(1).max(60).default(10),
  /** Where Home Assistant listens for new devices; false where there is none. */
  homeAssistant: z
    .union([z.literal(false), z.strictObject({ prefix: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) })])
    .default({ prefix: 'homeassistant' }),
})

const webhookShape = z.strictObject({
  /** The household's own name of it. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'small letters, digits and dashes, at most 32'),
  url: webhookAddress,
  /** Signs every body; the receiver has the same. */
  secret: z.string().min(SECRET_CHARACTERS_MIN).max(256),
  kinds: z
    .array(z.enum(WEBHOOK_KINDS))
    .min(1)
    .default([...WEBHOOK_KINDS]),
})

/**
 * What a household's node tells to the household's own systems, and where they are. Passwords and secrets are in it: the file is
 * its owner's alone.
 */
export const outwardsShape = z.strictObject({
  version: z.literal(1),
  /** Of the sentences that are told. */
  language: z.enum(['en', 'it']).default('en'),
  /** A device that was quiet for so long is told as silent, seconds. */
  silentSeconds: z.int().min(30).max(86_400).default(300),
  mqtt: mqttShape.optional(),
  webhooks: z
    .array(webhookShape)
    .max(WEBHOOKS_MAX)
    .refine((hooks) => new Set(hooks.map(({ id }) => id)).size === hooks.length, 'two webhooks have one name')
    .default([]),
})

/** Settings of what is told outwards. */
export type OutwardsSettings = z.output<typeof outwardsShape>
/** How the household's broker is told. */
export type MqttSettings = z.output<typeof mqttShape>
/** One address that is told of events. */
export type WebhookSettings = z.output<typeof webhookShape>
/** A language of the household's sentences. */
export type OutwardsLanguage = OutwardsSettings['language']
