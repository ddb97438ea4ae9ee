import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isComplete, readPullRecord, writePullRecord } from './pullRecord.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pull-record-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('isComplete', () => {
  it('goes by the record where there is one', async () => {
    writeFileSync(join(folder, 'vae.safetensors.0123456789ab.part'), '')
    const sources = [{ repo: 'a/b', revision: undefined, commit: '0'.repeat(40), files: [] }]
    await writePullRecord(folder, { finished: false, sources })
    expect(await isComplete(folder)).toBe(false)
    await writePullRecord(folder, { finished: true, sources })
    expect(await isComplete(folder)).toBe(true)
    expect(await readPullRecord(folder)).toMatchObject({ finished: true, sources: [{ repo: 'a/b' }] })
  })

  it('otherwise looks for downloads under way, one folder deep', async () => {
    expect(await isComplete(join(folder, 'nowhere'))).toBe(true)
    mkdirSync(join(folder, 'text_encoder'))
    writeFileSync(join(folder, 'text_encoder', 'config.json'), '{}')
    writeFileSync(join(folder, 'notes.part'), '')
    writeFileSync(join(folder, '.vae.safetensors.0123456789ab.part'), '')
    expect(await isComplete(folder)).toBe(true)
    writeFileSync(join(folder, 'text_encoder', 'model.safetensors.0123456789ab.part'), '')
    expect(await isComplete(folder)).toBe(false)
  })

  it('takes a damaged record for none', async () => {
    writeFileSync(join(folder, '.pentimento-pull.json'), '{"format": 1, "fin')
    expect(await isComplete(folder)).toBe(true)
  })
})
