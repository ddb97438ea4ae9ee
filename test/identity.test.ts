import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { cp, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import {
  adapterIdentity,
  changedFiles,
  checkpointIdentities,
  embeddedModel,
  findCheckpoint,
  isSameAdapter,
  openParts,
} from 'pentimento/edit'
import { tensorValue } from 'pentimento/graph'
import { openSafetensors, writeAdapter } from 'pentimento/weights'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeTinyCheckpoint } from './tinyCheckpoint.ts'

let folder: string
let cache: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-'))
  cache = join(folder, 'cache')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A copy of the embedded model in which one value in the middle of a block differs. */
async function changedCopy(tensor: string): Promise<string> {
  const copy = join(folder, 'changed')
  await cp(embeddedModel(), copy, { recursive: true })
  const { dit } = await findCheckpoint(copy)
  const file = await openSafetensors(dit)
  const { offset, byteLength } = file.tensors.get(tensor)!
  await file.close()
  const handle = await open(dit, 'r+')
  await handle.write(Uint8Array.of(0, 0x40), 0, 2, offset + byteLength / 2) // 2 in f16
  await handle.close()
  return copy
}

/** As earlier versions named files, written down apart. */
async function sampled(file: string): Promise<string> {
  const bytes = await readFile(file)
  const hash = createHash('sha256')
    .update(`${bytes.length}:`)
    .update(bytes.subarray(0, 1 << 20))
  for (let i = 0; i < 64; i++) {
    const at = Math.floor((i * bytes.length) / 64)
    hash.update(bytes.subarray(at, at + (1 << 16)))
  }
  return `sampled-sha256:${hash.digest('hex')}`
}

describe('models that differ in one value', () => {
  it('have quantised copies of their own', async () => {
    const changed = await changedCopy('double_blocks.0.txt_mlp.0.weight')
    for (const model of [embeddedModel(), changed]) {
      const parts = await openParts(model, { precision: 'int8', cache, provider: 'cpu', threads: 1 })
      await parts.close()
    }
    const copies = await readdir(join(cache, 'quantized'))
    // Of the language model, which is the same, there is one.
    expect(copies.map((name) => basename(name).replace(/-[0-9a-f]{32}/, '')).sort()).toEqual([
      'Qwen2.5-VL-nano.int8.safetensors',
      'step1x-edit-nano.int8.safetensors',
      'step1x-edit-nano.int8.safetensors',
    ])
  })

  it('are told apart where a recipe names them', async () => {
    const recorded = await checkpointIdentities(await findCheckpoint(embeddedModel()), { cache })
    const found = await findCheckpoint(await changedCopy('final_layer.linear.weight'))
    const identities = await checkpointIdentities(found, { cache })
    expect(await changedFiles(recorded, found, identities)).toEqual(['transformer'])
    await writeFile(join(found.tokenizer, 'tokenizer.json'), '{}')
    expect(await changedFiles(recorded, found, await checkpointIdentities(found, { cache }))).toEqual([
      'transformer',
      'tokenizer/tokenizer.json',
    ])
  })
})

describe('identities that earlier versions wrote', () => {
  it('are compared as they were made', async () => {
    await writeTinyCheckpoint(join(folder, 'tiny'))
    const found = await findCheckpoint(join(folder, 'tiny'))
    const identities = await checkpointIdentities(found, { cache })
    const recorded = {
      transformer: await sampled(found.dit),
      'language model/model.safetensors': await sampled(join(found.mllm, 'model.safetensors')),
      'tokenizer/tokenizer.json': await sampled(join(found.tokenizer, 'tokenizer.json')),
      hints: identities.hints!,
    }
    const open = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0)
    const before = open()
    expect(await changedFiles(recorded, found, identities)).toEqual([])
    expect(open()).toBe(before)
    expect(await changedFiles({ ...recorded, gone: recorded.transformer }, found, identities)).toEqual([
      'gone',
    ])
    await rm(found.dit)
    await cp(found.vae, found.dit)
    expect(await changedFiles(recorded, found, identities)).toEqual(['transformer'])
  })
})

describe('the identity of a LoRA', () => {
  const matrix = (rows: number, columns: number) =>
    tensorValue('f32', [rows, columns], Array(rows * columns).fill(0.5))
  const layers = [{ layer: 'a', up: matrix(3, 2), down: matrix(2, 4) }]

  it('in a folder of PEFT counts its configuration', async () => {
    const peft = join(folder, 'peft')
    await writeAdapter(peft, layers, { format: 'peft', rank: 2, alpha: 2 })
    const identity = await adapterIdentity(peft, { cache })
    const recorded = await sampled(join(peft, 'adapter_model.safetensors'))
    expect(await isSameAdapter(identity, peft, identity)).toBe(true)
    expect(await isSameAdapter(recorded, peft, identity)).toBe(true)
    await writeAdapter(peft, layers, { format: 'peft', rank: 2, alpha: 4 })
    expect(await adapterIdentity(peft, { cache })).not.toBe(identity)
  })

  it('in a folder is that of the one file there, whatever its name', async () => {
    const peft = join(folder, 'peft')
    await writeAdapter(peft, layers, { format: 'peft', rank: 2, alpha: 2 })
    const identity = await adapterIdentity(peft, { cache })
    await rename(join(peft, 'adapter_model.safetensors'), join(peft, 'lora.safetensors'))
    expect(await adapterIdentity(peft, { cache })).toBe(identity)
    await rm(join(peft, 'lora.safetensors'))
    await expect(adapterIdentity(peft, { cache })).rejects.toThrow(
      /peft.*: no such file or folder, check the path/,
    )
  })
})

describe('keys of kept features', () => {
  it('differ where the language model runs in another precision or by another plan', async () => {
    const keys = []
    for (const how of [{ precision: 'fp32' }, { precision: 'int4' }, { plan: 'streamed' }] as const) {
      const parts = await openParts(embeddedModel(), { ...how, cache, provider: 'cpu', threads: 1 })
      keys.push(parts.keys)
      await parts.close()
    }
    expect(new Set(keys.map(({ condition }) => condition)).size).toBe(3)
    expect(new Set(keys.map(({ encode }) => encode)).size).toBe(1)
  })
})
