import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileKernel } from './compileKernel.ts'

describe('the kernel that fills holes', () => {
  it('is what its source compiles to', async () => {
    const { file, text } = await compileKernel()
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})
