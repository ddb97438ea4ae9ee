import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Picture, writePicture } from 'pentimento/image'
import type { Profile, ProfileEvent } from 'pentimento/onnx'
import {
  type PictureTrainingHooks,
  type PictureTrainingOptions,
  profiledSteps,
  type Triplet,
  trainOnPictures,
} from 'pentimento/train'
import { openAdapter } from 'pentimento/weights'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { writeTinyCheckpoint } from './tinyCheckpoint.ts'

const folder = mkdtempSync(join(tmpdir(), 'train-on-pictures-'))
let output: string
let count = 0
beforeAll(async () => {
  await writeTinyCheckpoint(join(folder, 'tiny'))
  for (let i = 0; i < 4; i++) {
    await writePicture(pictureOf(i), join(folder, `source${i}.png`))
    await writePicture(pictureOf(i + 7), join(folder, `target${i}.png`))
  }
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  output = join(folder, `run${count++}`)
})

function pictureOf(seed: number, { width, height } = { width: 64, height: 48 }): Picture {
  const data = new Uint8Array(3 * width * height).map((_, i) => (i * (seed + 3) + (i >> 5) * seed * 11) % 256)
  return { width, height, data }
}

const triplet = (i: number): Triplet => ({
  source: join(folder, `source${i}.png`),
  target: join(folder, `target${i}.png`),
  instruction: `make it ${i}`,
})
const triplets = [0, 1, 2].map(triplet)

const run = (
  given: Partial<PictureTrainingOptions> = {},
  list: readonly Triplet[] = triplets,
  hooks: PictureTrainingHooks = {},
) =>
  trainOnPictures(
    list,
    {
      model: join(folder, 'tiny'),
      output,
      size: 64,
      steps: 4,
      learningRate: 1e-3,
      lora: { rank: 2 },
      features: join(folder, 'features'),
      cache: join(folder, 'cache'),
      provider: 'cpu',
      threads: 1,
      ...given,
    },
    hooks,
  )

const losses = () =>
  readFileSync(join(output, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly loss: number; readonly heldOutLoss?: number })

/** The message of a run that is refused before anything was encoded. */
async function refused(
  given: Partial<PictureTrainingOptions>,
  list: readonly Triplet[] = triplets,
): Promise<string> {
  const features = join(output, 'never')
  const error: unknown = await run({ features, ...given }, list).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Error)
  expect(existsSync(features)).toBe(false)
  return (error as Error).message
}

describe('trainOnPictures', { timeout: 300_000 }, () => {
  it('gives a LoRA, measures, samples and a report from a list of pictures', async () => {
    const prepared: unknown[] = []
    const { path, step, loss, report } = await run(
      { evaluateEvery: 2, heldOut: [triplet(3)], samples: { every: 4, count: 1, steps: 1 } },
      triplets,
      { onPrepared: (all) => prepared.push(all) },
    )
    expect(prepared).toEqual([{ count: 3, equal: [] }])
    expect([path, step]).toEqual([join(output, 'lora.safetensors'), 4])
    const adapter = await openAdapter(path)
    expect(adapter.layers[0]).toMatchObject({ scale: 0.5 })
    await adapter.close()
    expect(readdirSync(output).sort()).toEqual([
      'lora.safetensors',
      'metrics.jsonl',
      'report.html',
      'samples',
      'states',
    ])
    expect(losses().map(({ heldOutLoss }) => heldOutLoss === undefined)).toEqual([true, false, true, false])
    expect(Number.isFinite(loss)).toBe(true)
    const page = readFileSync(report, 'utf8')
    expect(page).toContain('data:image/png')
    expect(page.match(/held out, step \d/g)).toEqual(['held out, step 2', 'held out, step 4'])
  })

  it('tells what each stage took, and where the time of the first steps went', async () => {
    const stages: string[] = []
    const profiles: Profile[] = []
    await run({ steps: 7, dropout: 0 }, triplets, {
      onStage: ({ stage, peakBytes }) => void stages.push(`${stage} ${peakBytes > 1e6}`),
      onProfile: (profile) => void profiles.push(profile),
    })
    expect(stages).toEqual(['check true', 'encode true', 'train true', 'write true'])
    expect(profiles).toHaveLength(1)
    const { bySegment, events } = profiles[0]!
    expect(bySegment.map(({ name }) => name)).toContain('double.0')
    // Each kernel ran in each of the profiled steps.
    const [{ node }] = events as [ProfileEvent]
    expect(events.filter((event) => event.node === node)).toHaveLength(profiledSteps)
    const plain = losses().map(({ loss }) => loss)
    output = `${output}-plain`
    await run({ steps: 7, dropout: 0 })
    expect(losses().map(({ loss }) => loss)).toEqual(plain)
  })

  it('measures held-out triplets without changing the run', async () => {
    await run({ steps: 3 })
    const plain = losses().map(({ loss }) => loss)
    output = `${output}-evaluated`
    await run({ steps: 3, evaluateEvery: 1, heldOut: [triplet(3)] })
    expect(losses().map(({ loss }) => loss)).toEqual(plain)
  })

  it('writes a checkpoint whose configurations may be edited, and whose other weights take no space', async () => {
    const { path } = await run({ lora: undefined, steps: 1 })
    const same = (name: string, base = name) =>
      statSync(join(path, name)).ino === statSync(join(folder, 'tiny', base)).ino
    const mllm = readdirSync(join(path, 'Qwen2.5-VL-7B-Instruct')).map(
      (name) => `Qwen2.5-VL-7B-Instruct/${name}`,
    )
    for (const name of [...mllm, 'vae.safetensors'])
      expect.soft(same(name), name).toBe(name.endsWith('.safetensors'))
  })

  it('encodes what has changed, whatever its name, size and time', async () => {
    const list = join(folder, 'changing')
    mkdirSync(list)
    const place = (name: string) => join(list, name)
    await writePicture(pictureOf(1), place('s.png'))
    writeFileSync(place('t.png'), readFileSync(join(folder, 'target0.png')))
    const rows = [{ source: place('s.png'), target: place('t.png'), instruction: 'go' }]
    const features = join(folder, 'changing-features')
    const kept = () =>
      readdirSync(features, { recursive: true }).filter((name) => String(name).endsWith('.safetensors'))
    await run({ steps: 1, features }, rows)
    // Two latents, the instruction and the empty one.
    expect(kept()).toHaveLength(4)
    const { atime, mtime } = statSync(place('t.png'))
    const other = readFileSync(place('t.png'))
    const changed = await sameSize(other.length)
    writeFileSync(place('t.png'), changed)
    utimesSync(place('t.png'), atime, mtime)
    await expect(run({ steps: 2, features, resume: true }, rows)).rejects.toThrow(
      /its run has other triplets;/,
    )
    output = `${output}-again`
    await run({ steps: 1, features }, rows)
    expect(kept()).toHaveLength(5)
    output = `${output}-again`
    await run({ steps: 1, features }, [{ ...rows[0]!, instruction: 'stop' }])
    expect(kept()).toHaveLength(6)
  })

  it('counts triplets whose source and target are equal', async () => {
    const found: unknown[] = []
    const same = { ...triplet(1), target: triplet(1).source }
    await run({ steps: 1 }, [triplet(0), same], { onPrepared: ({ equal }) => found.push(...equal) })
    expect(found).toEqual(['triplet 2'])
  })

  it.each<[string, Partial<PictureTrainingOptions>, RegExp]>([
    ['an option', { steps: 0 }, /^steps: expected a whole number above 0, got 0$/],
    ['a size', { size: 8 }, /^size: expected a whole number from 16 to 4096, got 8$/],
    ['samples', { samples: { every: -1 } }, /^sampleEvery: expected a whole number of at least 0, got -1$/],
    ['their steps', { samples: { steps: 0 } }, /^samples\.steps: expected a whole number from 1/],
    ['a rank', { lora: { rank: 0 } }, /^lora rank: expected a whole number above 0, got 0$/],
    ['a target', { lora: { targets: ['('] } }, /^lora targets: expected regular expressions, got '\('$/],
    ['a precision', { lora: undefined, precision: 'int8' }, /^precision: expected fp32 for trained weights/],
    [
      'targets that match nothing',
      { lora: { targets: ['^nothing'] } },
      /^lora targets: no linear layer of .* matches$/,
    ],
    ['a kind', { kinds: { stlye: 2 } }, /^kinds: no triplet has the kind stlye; check the name$/],
    ['a model', { model: '/nowhere' }, /nowhere/],
    ['a LoRA to go on from', { lora: { from: '/nowhere.safetensors' } }, /nowhere/],
  ])('refuses %s that does not fit before anything is encoded', async (_, given, message) => {
    expect(await refused(given)).toMatch(message)
  })

  it('names the row that cannot be used before anything is encoded', async () => {
    const tall = join(folder, 'tall.png')
    await writePicture(pictureOf(1, { width: 48, height: 64 }), tall)
    writeFileSync(join(folder, 'broken.png'), readFileSync(triplet(0).source as string).subarray(0, 300))
    const bad = (change: Partial<Triplet>) => [triplet(0), { ...triplet(1), ...change }, triplet(2)]
    expect(await refused({}, bad({ source: '/lost.png' }))).toBe(
      'triplet 2: source: /lost.png: no such file or folder; correct or remove the row',
    )
    expect(await refused({}, bad({ target: folder, name: 'row 7' }))).toMatch(/^row 7: target: .*a folder/)
    expect(await refused({}, bad({ instruction: ' ' }))).toMatch(/^triplet 2: instruction: expected a text/)
    expect(await refused({}, bad({ weight: Number.NaN }))).toMatch(/^triplet 2: weight: expected a number/)
    expect(await refused({}, bad({ target: tall }))).toMatch(
      /^triplet 2: expected source and target of one shape, got 64×48 and 48×64/,
    )
    expect(await refused({}, bad({ target: join(folder, 'broken.png') }))).toMatch(
      /^triplet 2: target: .*broken/,
    )
    const lost = triplets.map((each) => ({ ...each, source: '/lost.png' }))
    expect(await refused({}, lost)).toMatch(/correct or remove the row and 2 more like it$/)
    expect(await refused({}, [])).toMatch(/expected at least one, got none/)
    expect(await refused({ heldOut: [{ ...triplet(3), source: '/lost.png' }] })).toMatch(/lost\.png/)
  })

  it('refuses another rate, another rank or other data on resume, before anything is encoded', async () => {
    await run({ steps: 2 })
    expect(await refused({})).toMatch(/contains a run at step 2; resume it, or choose another folder/)
    expect(await refused({ resume: true, steps: 1 })).toBe(
      'steps: expected at least 2, the step of the saved run, got 1',
    )
    expect(await refused({ resume: true, learningRate: 2e-3 })).toMatch(/has learningRate 0\.001, got 0\.002/)
    expect(await refused({ resume: true, lora: { rank: 3 } })).toMatch(/its run has lora .*got/)
    expect(await refused({ resume: true }, triplets.slice(1))).toMatch(/its run has other triplets; resume/)
    const from = join(output, 'lora.safetensors')
    const elsewhere = { output: `${output}-from` }
    expect(await refused({ ...elsewhere, lora: { rank: 3, from } })).toMatch(/expected rank 3, got 2/)
    expect(await refused({ ...elsewhere, lora: { rank: 2, from, targets: ['single'] } })).toMatch(
      /lora\.safetensors: double_blocks\..* belongs to no trained layer; see lora\.targets$/,
    )
    const before = losses()
    // What a kill in the middle of a save leaves behind.
    mkdirSync(join(output, 'states', '.step-00000003.0123456789ab.part'))
    writeFileSync(join(output, '.report.html.0123456789ab.part'), '<')
    await run({ steps: 4, resume: true })
    expect(readdirSync(join(output, 'states'))).toEqual(['step-00000002', 'step-00000004'])
    expect(readdirSync(output).filter((name) => name.startsWith('.'))).toEqual([])
    expect(losses().slice(0, 2)).toEqual(before)
    expect(losses()).toHaveLength(4)
  })

  it('refuses a folder that another training uses, and one that is a file', async () => {
    let inside: string | undefined
    await run({ steps: 1 }, triplets, {
      onStep: async () => {
        inside = await run().then(
          () => 'ran',
          (reason: Error) => reason.message,
        )
      },
    })
    expect(inside).toBe(
      `${output}: is in use by another training run (process ${process.pid} on ${hostname()}); wait for it, or choose another folder`,
    )
    await expect(run({ output: join(folder, 'source0.png') })).rejects.toThrow(
      `output: expected a folder, got the file ${join(folder, 'source0.png')}`,
    )
  })
})

/** A PNG of a given number of bytes, of other pixels. */
async function sameSize(bytes: number): Promise<Uint8Array> {
  await writePicture(pictureOf(99), join(folder, 'other.png'))
  const png = readFileSync(join(folder, 'other.png'))
  // Bytes after the end of a PNG are not read.
  return png.length <= bytes ? Buffer.concat([png, Buffer.alloc(bytes - png.length)]) : png
}
