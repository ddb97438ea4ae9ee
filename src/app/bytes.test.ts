import { expect, it } from 'vitest'
import { parseBytes } from './bytes.ts'
import { UsageError } from './failure.ts'

it('reads sizes in the units people write', () => {
  const sizes = {
    '6GB': 6e9,
    '800 MB': 8e8,
    '1.5GiB': 1.5 * 2 ** 30,
    '512MiB': 2 ** 29,
    '2T': 2e12,
    '64k': 64e3,
  }
  for (const [text, bytes] of Object.entries(sizes)) expect.soft(parseBytes(text), text).toBeCloseTo(bytes, 0)
  for (const text of ['', '0', '0GB', '-1GB', '6 apples', 'GB', '1e9', 'Infinity', '64'])
    expect.soft(() => parseBytes(text), text).toThrow(UsageError)
  expect(() => parseBytes('6')).toThrow("memory: expected a size with a unit, got '6'; write 6GB")
})
