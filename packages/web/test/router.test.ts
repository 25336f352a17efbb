import { describe, expect, it } from 'vitest'

import { addressOf, placeOf } from '../src/frame/router.ts'

describe('addresses', () => {
  it('lead to their page and back', () => {
    const address = addressOf('whySlot', { day: '2026-06-12', ring: 'street', slot: '1979000' })
    expect(address).toBe('exchange/why/2026-06-12/street/1979000')
    expect(placeOf(`/${address}`)).toMatchObject({
      route: 'whySlot',
      values: { day: '2026-06-12', ring: 'street', slot: '1979000' },
    })
  })

  it('open Home at the start', () => {
    expect(placeOf('/')?.route).toBe('home')
    expect(placeOf('/home', '?kiosk')?.search.has('kiosk')).toBe(true)
  })

  it('keep what is written in them', () => {
    const address = addressOf('receipt', { id: 'a/b c' }, 'new')
    expect(address).toBe('exchange/receipt/a%2Fb%20c?new')
    expect(placeOf('/exchange/receipt/a%2Fb%20c')?.values['id']).toBe('a/b c')
  })

  it('that nobody made lead nowhere', () => {
    expect(placeOf('/privacy')).toBeUndefined()
    expect(placeOf('/exchange/why')).toBeUndefined()
    expect(placeOf('/exchange/receipt/%E0%A4%A')).toBeUndefined()
  })
})
