import { describe, expect, it } from 'vitest'
import { bucketSizes, nearestBucket } from './buckets.ts'

describe('sizes of a run', () => {
  it('are multiples, at most size² pixels, and no longer than told', () => {
    for (const size of [64, 256, 512, 1000]) {
      const sizes = bucketSizes({ size, multiple: 16 })
      for (const { width, height } of sizes) {
        expect([width % 16, height % 16]).toEqual([0, 0])
        expect(width * height).toBeLessThanOrEqual(size * size)
        expect(Math.max(width, height) / Math.min(width, height)).toBeLessThanOrEqual(2)
      }
      expect(new Set(sizes.map(({ width, height }) => width / height)).size).toBe(sizes.length)
    }
    expect(bucketSizes({ size: 512, multiple: 16 }).map(({ width, height }) => `${width}×${height}`)).toEqual(
      ['368×704', '400×640', '448×576', '512×512', '576×448', '640×400', '704×368'],
    )
  })

  it('take the one whose shape is nearest', () => {
    const sizes = bucketSizes({ size: 512, multiple: 16 })
    expect(nearestBucket({ width: 3000, height: 3100 }, sizes)).toEqual({ width: 512, height: 512 })
    expect(nearestBucket({ width: 1920, height: 1080 }, sizes)).toEqual({ width: 704, height: 368 })
    expect(nearestBucket({ width: 100, height: 900 }, sizes)).toEqual({ width: 368, height: 704 })
  })

  it('refuse a size below one token', () => {
    expect(() => bucketSizes({ size: 8, multiple: 16 })).toThrow(
      'size: expected a whole number of at least 16, got 8',
    )
  })
})
