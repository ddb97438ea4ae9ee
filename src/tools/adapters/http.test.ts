import { describe, expect, it } from 'vitest'
import { retryAfter } from './http.ts'

describe('Retry-After', () => {
  const now = Date.parse('2025-04-24T10:00:00Z')

  it.each([
    ['3', 3],
    ['0.5', 0.5],
    ['-1', 0],
    ['Thu, 24 Apr 2025 10:01:30 GMT', 90],
    ['Thu, 24 Apr 2025 09:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j means %j seconds', (header, seconds) => {
    expect(retryAfter(header, now)).toBe(seconds)
  })
})
