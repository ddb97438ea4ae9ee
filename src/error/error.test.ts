import { describe, expect, it } from 'vitest'
import { isCancelled, PentimentoError, systemReason } from './index.ts'

class SampleError extends PentimentoError<'cancelled' | 'input'> {
  override readonly name = 'SampleError'
}

describe('PentimentoError', () => {
  it('is an Error with a name, a code and a cause', () => {
    const cause = new Error('deeper')
    const error = new SampleError('input', 'a.png: not a picture', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(PentimentoError)
    expect([error.name, error.code, error.message, error.cause]).toEqual([
      'SampleError',
      'input',
      'a.png: not a picture',
      cause,
    ])
  })
})

describe('isCancelled', () => {
  it('knows our own errors and those of AbortSignal, and no other', () => {
    expect(isCancelled(new SampleError('cancelled', 'stopped'))).toBe(true)
    expect(isCancelled(AbortSignal.abort().reason)).toBe(true)
    expect(isCancelled(new SampleError('input', 'bad'))).toBe(false)
    expect(isCancelled(new Error('cancelled'))).toBe(false)
    expect(isCancelled('cancelled')).toBe(false)
  })
})

describe('systemReason', () => {
  it('says what the system refused, without a path', () => {
    expect(systemReason(Object.assign(new Error("ENOSPC: no space, write '/a'"), { code: 'ENOSPC' }))).toBe(
      'the disk is full',
    )
  })

  it('falls back to the first line of the message', () => {
    expect(systemReason(Object.assign(new Error('odd\nstack'), { code: 'EODD' }))).toBe('odd')
    expect(systemReason('plain')).toBe('plain')
  })
})
