import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { DEVICE_TEMPLATES } from '../src/device/templates.ts'

const FOLDER = join(import.meta.dirname, '../../../docs/protocols')

test('the list of protocols leads to every page of its folder', () => {
  const list = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  const pages = readdirSync(FOLDER).filter((name) => name !== 'README.md')
  expect(pages.length).toBeGreaterThanOrEqual(9)
  for (const page of pages) expect(list, page).toContain(`](${page})`)
})

test('the page of devices says what each kind of device needs', () => {
  const page = readFileSync(join(FOLDER, '../devices.md'), 'utf8')
  for (const id of DEVICE_TEMPLATES.keys()) expect(page).toContain(`\`${id}\``)
})
