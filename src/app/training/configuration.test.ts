import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TrainingOption, trainingOptions } from '../../train/index.ts'
import { configurable, readConfiguration } from './configuration.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'configuration-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = (content: string | Uint8Array): string => {
  writeFileSync(join(folder, 'run.json'), content)
  return join(folder, 'run.json')
}

describe('readConfiguration', () => {
  it('takes paths relative to the file, that of the model too, and names of models as they are', async () => {
    mkdirSync(join(folder, 'tiny'))
    const read = await readConfiguration(
      file(
        '{"model": "tiny", "data": "list.json", "heldOut": "held.json", "output": "../out", "lora": {"from": "a.safetensors"}}',
      ),
    )
    expect(read).toMatchObject({
      model: join(folder, 'tiny'),
      data: join(folder, 'list.json'),
      heldOut: join(folder, 'held.json'),
      output: join(folder, '..', 'out'),
      lora: { from: join(folder, 'a.safetensors') },
    })
    expect(
      await readConfiguration(
        file('{"base": "sd3", "model": "tiny", "languageModel": "qwen2.5-vl-7b", "autoencoder": "vae"}'),
      ),
    ).toMatchObject({
      base: 'sd3',
      model: join(folder, 'tiny'),
      languageModel: 'qwen2.5-vl-7b',
      autoencoder: join(folder, 'vae'),
    })
    expect(await readConfiguration(file('{"model": "owner/name"}'))).toMatchObject({ model: 'owner/name' })
    expect(await readConfiguration(file('{"model": "./lost"}'))).toMatchObject({
      model: join(folder, 'lost'),
    })
  })

  it('knows every option of the table', async () => {
    const all = Object.fromEntries(configurable.map((name) => [name, trainingOptions[name].default]))
    expect(await readConfiguration(file(JSON.stringify(all)))).toMatchObject(all)
  })

  it.each([
    ['{"stepps": 3}', /run\.json: the document: .*stepps/],
    ['{"steps": "3"}', /run\.json: steps: .*expected number/],
    ['{"decay": "steep"}', /run\.json: decay: /],
    ['{"steps": 3', /run\.json: not JSON/],
    [Buffer.from('{"model": "变"}', 'utf16le'), /run\.json: expected text in UTF-8/],
  ])('names the field that does not fit in %s', async (content, message) => {
    const error: unknown = await readConfiguration(file(content)).catch((reason: unknown) => reason)
    expect((error as Error).message).toMatch(message)
    expect(['UsageError', 'FileError']).toContain((error as Error).name)
  })
})

it('docs/training.md has a row for every option, from the table', () => {
  const page = readFileSync(new URL('../../../docs/training.md', import.meta.url), 'utf8')
  const rows = configurable.map((name) => {
    const row: TrainingOption<unknown> = trainingOptions[name]
    const doc = row.doc.replaceAll('|', '\\|')
    return `| \`${name}\` | ${row.expected.replace(/^a (whole )?number/, '$1number')} | ${row.default} | ${doc} |`
  })
  expect(page).toContain(rows.join('\n'))
})
