import { describe, expect, it } from 'vitest'

import { readAmount, writtenAmount } from '../src/format/amount.ts'
import { numberFormat } from '../src/format/number.ts'

const en = numberFormat('en-GB')
const italian = numberFormat('it-IT')
/** No-break spaces made visible. */
const seen = (text: string) => text.replaceAll('\u00a0', '_')

describe('numbers as people read them', () => {
  it('groups thousands in Italian from four digits on', () => {
    expect(seen(italian.energy(1_234_500))).toBe('1.234,5_kWh')
    expect(seen(italian.energy(12_345_600))).toBe('12.345,6_kWh')
    expect(seen(en.energy(1_234_500))).toBe('1,234.5_kWh')
  })

  it('shows power in W below a kilowatt and in kW from it on', () => {
    expect(seen(en.power(999.4))).toBe('999_W')
    expect(seen(en.power(999.6))).toBe('1.0_kW')
    expect(seen(italian.power(-1800))).toBe('\u22121,8_kW')
    expect(seen(en.power(0))).toBe('0_W')
    expect(seen(en.power(-0.2))).toBe('0_W')
  })

  it('shows settled energy to the Wh', () => {
    expect(seen(italian.energyExact(1))).toBe('0,001_kWh')
    expect(seen(en.wattHours(1234))).toBe('1,234_Wh')
  })

  it('shows credit with two decimals, and the sign of every change', () => {
    expect(seen(en.credit(128_400_000))).toBe('CC_128.40')
    expect(seen(en.creditChange(3_510_000))).toBe('CC_+3.51')
    expect(seen(italian.creditChange(-33_000))).toBe('CC_\u22120,03')
    expect(seen(en.creditChange(0))).toBe('CC_0.00')
  })

  it('never shows a small posting as nothing', () => {
    expect(seen(en.creditChange(-166))).toBe('CC_\u22120.000166')
    expect(seen(en.creditChange(5000))).toBe('CC_+0.01')
  })

  it('shows prices by the kWh and parts in percent', () => {
    expect(seen(italian.price(110))).toBe('CC_0,110/kWh')
    expect(seen(en.percent(0.985))).toBe('99_%')
  })

  it('never calls complete what is not', () => {
    expect(seen(en.percentComplete(0.99996))).toBe('99.9_%')
    expect(seen(en.percentComplete(1))).toBe('100.0_%')
    expect(seen(italian.percentComplete(0.987))).toBe('98,7_%')
  })
})

describe('an amount as a person writes it', () => {
  it('is read with a point or a comma', () => {
    expect(readAmount('12')).toBe(12_000_000)
    expect(readAmount(' 3.5 ')).toBe(3_500_000)
    expect(readAmount('3,05')).toBe(3_050_000)
    expect(readAmount('0.01')).toBe(10_000)
  })

  it('is refused when it is nothing, negative, finer than a hundredth, or words', () => {
    for (const written of ['', '0', '0,00', '-1', '1.234', '1,2,3', 'abc', '1e3', '99999999'])
      expect(readAmount(written), written).toBeUndefined()
    expect(readAmount('1000000')).toBe(1_000_000_000_000)
    expect(readAmount('1000000.01')).toBeUndefined()
  })

  it('has an example in the language of the page', () => {
    expect(writtenAmount('it-IT', 3.5)).toBe('3,50')
    expect(writtenAmount('en-GB', 3.5)).toBe('3.50')
  })
})
