import { mkdtempSync, readdirSync, readlinkSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { PentimentoError } from '../error/index.ts'
import { dataOf } from '../graph/index.ts'
import { type Mask, type Picture, pictureHash } from '../image/index.ts'
import { type LoadOptions, openRuntime, type Runtime, RuntimeError, type Session } from '../onnx/index.ts'
import { openCheckpoint, readAll, writeAll } from '../weights/index.ts'
import { embeddedModel } from './checkpoint/embedded.ts'
import { checkpointIdentities } from './checkpoint/identity.ts'
import type { EditRequest } from './editor.ts'
import { step1xEdit } from './families/step1x/family.ts'
import { findCheckpoint } from './families/step1x/folder.ts'
import { Step1xModel } from './families/step1x/model.ts'
import { assemble } from './families/step1x/open.ts'
import { ModelEditor, type ModelEditorOptions, openModelEditor } from './modelEditor.ts'
import type { EditProgress, StageReport } from './progress.ts'

let folder: string
let tiny: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'editor-'))
  tiny = join(folder, 'tiny')
  await writeTinyCheckpoint(tiny)
})
afterAll(() => rmSync(folder, { recursive: true }))

function picture(width: number, height: number, seed = 0): Picture {
  const data = Uint8Array.from(
    { length: 3 * width * height },
    (_, i) => (i * 31 + seed * 97 + (i >> 5)) % 256,
  )
  return { width, height, data }
}

const wide = picture(64, 48)
const tall = picture(48, 64)
/** The least of an edit that still has guidance and two steps. */
const quick = { steps: 2, size: 56, detail: false } as const

/** A runtime that counts its sessions, remembers how they were loaded, and fails to load when told to. */
class CountedRuntime implements Runtime {
  readonly #runtime: Runtime
  readonly loaded: LoadOptions[] = []
  alive = 0
  isClosed = false
  failure: Error | undefined

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  get provider(): Runtime['provider'] {
    return this.#runtime.provider
  }

  readonly load: Runtime['load'] = async (outputs, options = {}) => {
    if (this.failure) throw this.failure
    const session = await this.#runtime.load(outputs, options)
    this.loaded.push(options)
    this.alive++
    let isReleased = false
    const release: Session['release'] = () => {
      if (!isReleased) this.alive--
      isReleased = true
      return session.release()
    }
    return new Proxy(session, {
      get: (target, name) => {
        if (name === 'release') return release
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  close(): Promise<void> {
    this.isClosed = true
    return this.#runtime.close()
  }
}

async function opened(options: ModelEditorOptions = {}, model = tiny) {
  const runtime = new CountedRuntime(await openRuntime({ provider: 'cpu', threads: 1 }))
  const checkpoint = await findCheckpoint(model)
  const cache = join(folder, 'cache')
  const identities = await checkpointIdentities(checkpoint, { cache })
  const parts = await assemble({ checkpoint, identities, runtime }, { cache, memory: 4e9, ...options })
  const editor = new ModelEditor(step1xEdit, new Step1xModel(parts), { detail: true })
  onTestFinished(() => editor.close())
  return { editor, runtime, parts }
}

const codeOf = (edit: Promise<unknown>): Promise<unknown> =>
  edit.then(
    () => 'done',
    (error: unknown) => (error instanceof PentimentoError ? error.code : error),
  )

describe('a region', () => {
  const box = { x: 16, y: 8, width: 32, height: 24 }

  it.each([
    ['with detail', true],
    ['without', false],
  ])('keeps what is outside of it to the bit, and the map of changes too: %s', async (_, detail) => {
    const { editor } = await opened()
    const maps: Mask[] = []
    const request = { ...quick, detail, onChangeMap: (map: Mask) => void maps.push(map) }
    const whole = await editor.edit(wide, 'make it red', request)
    const within = await editor.edit(wide, 'make it red', { ...request, region: box })
    expect(pictureHash(whole)).not.toBe(pictureHash(within))
    for (let i = 0; i < 64 * 48; i++) {
      const [x, y] = [i % 64, Math.floor(i / 64)]
      if (x >= 16 && x < 48 && y >= 8 && y < 32) continue
      expect(within.data.subarray(3 * i, 3 * i + 3)).toEqual(wide.data.subarray(3 * i, 3 * i + 3))
      expect(maps[1]!.data[i]).toBe(0)
    }
    const middle = 3 * (20 * 64 + 32)
    expect(within.data.subarray(middle, middle + 3)).toEqual(whole.data.subarray(middle, middle + 3))
  })

  it('is refused where it does not fit the picture, and with the size of the edit', async () => {
    const { editor } = await opened()
    await expect(editor.edit(tall, 'make it red', { ...quick, region: { ...box, x: 40 } })).rejects.toThrow(
      /expected a box of whole pixels within the picture of 48×64/,
    )
    await expect(
      editor.edit(wide, 'make it red', { ...quick, keepEditSize: true, region: box }),
    ).rejects.toThrow(/keepEditSize: expected false with a region/)
  })
})

describe('callers at once', () => {
  it('get what they get one after another, two of different sizes', async () => {
    const { editor } = await opened()
    const edits = [wide, tall].map((each) => () => editor.edit(each, 'make it red', quick))
    const apart = [await edits[0]!(), await edits[1]!()]
    const together = await Promise.all(edits.map((edit) => edit()))
    expect(together.map(pictureHash)).toEqual(apart.map(pictureHash))
    expect(together.map(({ width, height }) => [width, height])).toEqual([
      [64, 48],
      [48, 64],
    ])
  })

  it('are served in order, twenty of them, of changing sizes', async () => {
    const { editor } = await opened()
    const order: number[] = []
    const edits = Array.from({ length: 20 }, async (_, i) => {
      await editor.edit(i % 3 === 0 ? tall : wide, `make it ${i}`, { ...quick, steps: 1, guidance: 1 })
      order.push(i)
    })
    await Promise.all(edits)
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  it('leave the queue at once when they are cancelled while they wait', async () => {
    const { editor } = await opened()
    const cancel = new AbortController()
    const stages: string[] = []
    const first = editor.edit(wide, 'make it red', quick)
    const waiting = editor.edit(tall, 'make it red', {
      ...quick,
      signal: cancel.signal,
      onProgress: ({ stage }) => void stages.push(stage),
    })
    let isFirstDone = false
    void first.then(() => {
      isFirstDone = true
    })
    cancel.abort()
    expect(await codeOf(waiting)).toBe('cancelled')
    expect(isFirstDone).toBe(false)
    await first
    expect(stages).toEqual([])
  })
})

describe('close', () => {
  it('stops the edit under way, refuses those that wait and those that come later, and frees everything', async () => {
    const { editor, runtime } = await opened()
    let onReached: (() => void) | undefined
    const reached = new Promise<void>((resolve) => {
      onReached = resolve
    })
    const running = editor.edit(wide, 'make it red', {
      ...quick,
      onProgress: ({ stage }) => {
        if (stage === 'denoise') onReached?.()
      },
    })
    const waiting = editor.edit(tall, 'make it red', quick)
    const codes = Promise.all([codeOf(running), codeOf(waiting)])
    await reached
    expect(runtime.alive).toBeGreaterThan(0)
    const closing = editor.close()
    expect(await codeOf(editor.edit(wide, 'make it red', quick))).toBe('closed')
    await closing
    expect(await codes).toEqual(['closed', 'closed'])
    expect(runtime.alive).toBe(0)
    expect(runtime.isClosed).toBe(true)
    await editor.close()
    await expect(editor.edit(wide, 'make it red')).rejects.toThrow(
      'edit: the editor is closed; open a new one',
    )
  })

  it('frees everything, and throws nothing old, after a load that failed', async () => {
    const { editor, runtime } = await opened()
    runtime.failure = new Error('std::bad_alloc')
    await expect(editor.edit(wide, 'make it red', quick)).rejects.toThrow('bad_alloc')
    await editor.close()
    expect(runtime.isClosed).toBe(true)
    expect(runtime.alive).toBe(0)
  })
})

/** Files below the folder that this process has open; Linux alone tells it. */
function openFiles(below: string): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const file = readlinkSync(join('/proc/self/fd', fd))
      return file.startsWith(below) ? [file] : []
    } catch {
      return []
    }
  })
}

it.runIf(process.platform === 'linux')('leaves no file open, closed or not opened at all', async () => {
  const options = { provider: 'cpu', threads: 1, cache: join(folder, 'cache') } as const
  const editor = await openModelEditor(tiny, options)
  expect(openFiles(tiny).length).toBeGreaterThan(2)
  await editor.close()
  expect(openFiles(tiny)).toEqual([])
  const lora = { file: join(folder, 'nowhere.safetensors'), strength: 1 }
  await expect(openModelEditor(tiny, { ...options, loras: [lora] })).rejects.toThrow('nowhere.safetensors')
  expect(openFiles(tiny)).toEqual([])
})

describe('a load that fails', () => {
  it('frees what is loaded, so that the next edit has all of the memory', async () => {
    const { editor, runtime } = await opened()
    await editor.edit(wide, 'make it red', quick)
    expect(runtime.alive).toBeGreaterThan(0)
    runtime.failure = new RuntimeError('model', 'ONNX Runtime could not load the model: std::bad_alloc')
    await expect(editor.edit(picture(56, 56), 'make it red', quick)).rejects.toBe(runtime.failure)
    expect(runtime.alive).toBe(0)
    runtime.failure = undefined
    await editor.edit(wide, 'make it red', quick)
  })

  it('is forgotten: the same picture, and another one, are edited next', async () => {
    const { editor, runtime } = await opened()
    const wanted = pictureHash(await editor.edit(wide, 'make it red', quick))
    for (const stage of ['read', 'encode', 'denoise', 'decode'] as const) {
      // Pictures of these sizes have nothing loaded that is kept for the size.
      await editor.edit(tall, 'make it red', quick)
      const broken = editor.edit(picture(56, 56), 'make it red', {
        ...quick,
        onProgress: (progress) => {
          if (progress.stage === stage) runtime.failure = new Error('std::bad_alloc')
        },
      })
      await expect(broken, stage).rejects.toThrow('bad_alloc')
      runtime.failure = undefined
      expect(pictureHash(await editor.edit(wide, 'make it red', quick)), stage).toBe(wanted)
    }
  })
})

describe('cancelling', () => {
  it.each(['whole', 'streamed'] as const)('is heard while the language model reads, %s', async (plan) => {
    const { editor } = await opened({ plan })
    const seen: EditProgress[] = []
    const whole: EditProgress[] = []
    await editor.edit(wide, 'make it red', { ...quick, onProgress: (each) => void whole.push(each) })
    const reading = whole.filter(({ stage }) => stage === 'read').map(({ fraction }) => fraction)
    // Vision and two branches; streamed each segment of them.
    expect(reading.length).toBeGreaterThan(plan === 'whole' ? 3 : 6)
    expect(reading).toEqual([...reading].sort((a, b) => a - b))
    expect([reading[0], reading.at(-1)]).toEqual([0, 1])
    const cancel = new AbortController()
    const cancelled = editor.edit(tall, 'make it red', {
      ...quick,
      signal: cancel.signal,
      onProgress: (each) => {
        seen.push(each)
        if (each.fraction > 0) cancel.abort()
      },
    })
    expect(await codeOf(cancelled)).toBe('cancelled')
    expect(seen).toHaveLength(2)
    expect(seen.every(({ stage }) => stage === 'read')).toBe(true)
  })

  it('is heard between the tiles of a picture', async () => {
    const { editor } = await opened({ memory: 1e6, plan: 'whole' })
    const cancel = new AbortController()
    const fractions: number[] = []
    const cancelled = editor.edit(picture(160, 160), 'make it red', {
      ...quick,
      size: 160,
      signal: cancel.signal,
      onProgress: ({ stage, fraction }) => {
        if (stage !== 'decode') return
        fractions.push(fraction)
        if (fraction > 0) cancel.abort()
      },
    })
    expect(await codeOf(cancelled)).toBe('cancelled')
    expect(fractions).toEqual([0, 1 / 4])
  })

  it('before the first edit starts nothing', async () => {
    const { editor, runtime } = await opened()
    expect(await codeOf(editor.edit(wide, 'make it red', { signal: AbortSignal.abort() }))).toBe('cancelled')
    expect(runtime.loaded).toHaveLength(0)
  })
})

describe('hooks', () => {
  it.each([
    ['onProgress', {}],
    ['onPreview', { previewEvery: 1 }],
    ['onChangeMap', {}],
    ['onStage', {}],
    ['onInstruction', {}],
  ])('stop the edit with their own error when %s throws, and the next edit works', async (name, options) => {
    const { editor } = await opened()
    const own = new Error('from the hook')
    const hooks = {
      [name]: () => {
        throw own
      },
    } as EditRequest
    await expect(editor.edit(wide, 'make it red', { ...quick, ...options, ...hooks })).rejects.toBe(own)
    await editor.edit(wide, 'make it red', quick)
  })

  it('stop the edit when they reject later', async () => {
    const { editor } = await opened()
    const own = new Error('the connection is gone')
    const stages = new Set<string>()
    const edit = editor.edit(wide, 'make it red', {
      ...quick,
      onProgress: async ({ stage }) => {
        stages.add(stage)
        await Promise.resolve()
        throw own
      },
    })
    await expect(edit).rejects.toBe(own)
    expect([...stages]).toEqual(['read'])
  })

  it('tell what each stage took, in order', async () => {
    const { editor } = await opened()
    const reports: StageReport[] = []
    const started = performance.now()
    await editor.edit(wide, 'make it red', {
      ...quick,
      detail: true,
      onStage: (report) => void reports.push(report),
    })
    const seconds = (performance.now() - started) / 1000
    expect(reports.map(({ stage }) => stage)).toEqual(['read', 'encode', 'denoise', 'decode', 'detail'])
    const sum = reports.reduce((total, report) => total + report.seconds, 0)
    expect(sum).toBeLessThanOrEqual(seconds)
    expect(sum).toBeGreaterThan(0)
    for (const { peakBytes } of reports) expect(peakBytes).toBeGreaterThan(5e7)
  })

  it('show previews of half the size after every few steps', async () => {
    const { editor } = await opened()
    const previews: [number, number, number][] = []
    const edit = (previewEvery: number | undefined, steps: number) => {
      previews.length = 0
      return editor.edit(wide, 'make it red', {
        ...quick,
        steps,
        guidance: 1,
        previewEvery,
        keepEditSize: true,
        onPreview: async ({ width, height }, step) => void previews.push([step, width, height]),
      })
    }
    const { width, height } = await edit(2, 5)
    expect(previews).toEqual([2, 4].map((step) => [step, width / 2, height / 2]))
    await edit(undefined, 9)
    expect(previews.map(([step]) => step)).toEqual([4, 8])
    for (const every of [0, -1, 1.5, Number.NaN])
      await expect(edit(every, 1)).rejects.toThrow(
        `previewEvery: expected a whole number above 0, got ${every}`,
      )
  })
})

describe('progress', () => {
  const progressOf = async (request: EditRequest) => {
    const { editor } = await opened()
    const all: EditProgress[] = []
    await editor.edit(wide, 'make it red', {
      ...quick,
      ...request,
      onProgress: (each) => void all.push(each),
    })
    return all
  }

  it('counts every step, and tells the time of a step and of what is left', async () => {
    const all = await progressOf({ steps: 3 })
    expect(new Set(all.map(({ steps }) => steps))).toEqual(new Set([3]))
    const denoising = all.filter(({ stage }) => stage === 'denoise')
    expect(denoising.map(({ done }) => done)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3])
    expect(denoising.map(({ fraction }) => fraction)).toEqual(denoising.map(({ done }) => done / 3))
    expect(denoising[0]!.secondsLeft).toBeUndefined()
    expect(denoising[0]!.stepSeconds).toBeUndefined()
    expect(denoising.at(-1)!.secondsLeft).toBe(0)
    expect(denoising.at(-1)!.stepSeconds).toBeGreaterThan(0)
    for (const { secondsLeft } of denoising.slice(1, -1)) expect(secondsLeft).toBeGreaterThan(0)
    for (const { stage, done, secondsLeft } of all.filter(({ stage }) => stage !== 'denoise')) {
      expect(done).toBe(stage === 'decode' ? 3 : 0)
      expect(secondsLeft).toBeUndefined()
    }
  })

  it('counts the steps that an edit from a picture really takes', async () => {
    const all = await progressOf({ steps: 8, guidance: 1, init: { picture: tall, strength: 0.25 } })
    const denoising = all.filter(({ stage }) => stage === 'denoise')
    expect(denoising.map(({ done, steps }) => `${done}/${steps}`)).toEqual(['0/2', '1/2', '2/2'])
    expect(all.at(-1)).toMatchObject({ stage: 'decode', done: 2, steps: 2 })
    // Half is done after one of two steps: as long again is left.
    const [, half] = denoising
    expect(half!.secondsLeft).toBeGreaterThan(0)
    expect(half!.fraction).toBe(0.5)
  })

  it('has no step at strength 0', async () => {
    const all = await progressOf({ steps: 8, init: { picture: tall, strength: 0 } })
    const denoising = all.filter(({ stage }) => stage === 'denoise')
    expect(denoising).toMatchObject([{ done: 0, steps: 0, fraction: 0 }])
  })
})

describe('what stays loaded', () => {
  it('is everything where there is room: a second edit loads nothing', async () => {
    const { editor, runtime } = await opened()
    const request = { ...quick, detail: true, previewEvery: 1, onPreview: () => undefined }
    const first = await editor.edit(wide, 'make it red', request)
    const loads = runtime.loaded.length
    // Vision, text, encoder, transformer, and decoders of the preview and of the result.
    expect(loads).toBe(6)
    const second = await editor.edit(wide, 'make it red', request)
    expect(runtime.loaded).toHaveLength(loads)
    expect(runtime.alive).toBe(loads)
    expect(pictureHash(second)).toBe(pictureHash(first))
  })

  it('is one part at a time where there is not', async () => {
    const { editor, runtime, parts } = await opened({ memory: 1e6, plan: 'whole' })
    expect(parts.hasRoomForAll).toBe(false)
    const alive = new Map<string, number>()
    await editor.edit(wide, 'make it red', {
      ...quick,
      detail: true,
      previewEvery: 1,
      onPreview: () => undefined,
      onStage: ({ stage }) => void alive.set(stage, runtime.alive),
    })
    expect(Object.fromEntries(alive)).toEqual({ read: 2, encode: 1, denoise: 1, decode: 1, detail: 1 })
  })

  it('does not decide the result, but for the rounding of other kernels', async () => {
    const results: Picture[] = []
    for (const options of [{}, { memory: 1e6, plan: 'whole' }, { plan: 'streamed' }] as const) {
      const { editor } = await opened(options)
      results.push(await editor.edit(wide, 'make it red', quick))
    }
    const [room, noRoom, streamed] = results
    expect(pictureHash(noRoom!)).toBe(pictureHash(room!))
    const differences = streamed!.data.map((level, i) => Math.abs(level - room!.data[i]!))
    expect(Math.max(...differences)).toBeLessThanOrEqual(1)
  })
})

describe('facts', () => {
  it('are those of the weights and of how they are loaded', async () => {
    const { editor, runtime } = await opened({ precision: 'int8', plan: 'streamed' }, embeddedModel())
    expect(editor.facts).toEqual({
      transformer: { precision: 'int8', plan: 'streamed' },
      languageModel: { precision: 'int8', plan: 'streamed' },
      autoencoder: { precision: 'fp32', plan: 'whole' },
    })
    expect([editor.precision, editor.plan]).toEqual(['int8', 'streamed'])
    await editor.edit(wide, 'make it red', quick)
    // Vision, text, the transformer's modulations and its steps are streamed, encoder and decoder are not. The runtime
    // decides on prepacking, except for the modulations, which use each weight for many rows.
    expect(runtime.loaded.map(({ plan = 'whole' }) => plan).sort()).toEqual([
      'streamed',
      'streamed',
      'streamed',
      'streamed',
      'whole',
      'whole',
    ])
    expect(runtime.loaded.filter(({ prepack }) => prepack !== undefined)).toMatchObject([
      { plan: 'streamed', prepack: true },
    ])
  })

  it('make another editor run alike', async () => {
    const parts = {
      transformer: { precision: 'int8', plan: 'whole' },
      languageModel: { precision: 'fp32', plan: 'streamed' },
    } as const
    const { editor } = await opened({ parts }, embeddedModel())
    expect(editor.facts).toMatchObject(parts)
    const { editor: other } = await opened({ parts: editor.facts, memory: 1e6 }, embeddedModel())
    expect(other.facts).toEqual(editor.facts)
  })

  it('choose by memory: streamed and int8 where the weights do not fit, whole where they do', async () => {
    const { editor: small } = await opened({ memory: 1e6 }, embeddedModel())
    expect(small.facts.transformer).toEqual({ precision: 'int8', plan: 'streamed' })
    const { editor: large } = await opened({ memory: 4e9 }, embeddedModel())
    expect(large.facts.transformer).toEqual({ precision: 'fp32', plan: 'whole' })
  })
})

describe('profile', () => {
  it('tells where the time went by part and segment, also of what was freed meanwhile, once', async () => {
    for (const options of [{}, { memory: 1e6, plan: 'streamed' }] as const) {
      const { editor, runtime } = await opened({ ...options, profile: true })
      await editor.edit(wide, 'make it red', quick)
      const profiles = await editor.profile()
      expect(Object.keys(profiles)).toEqual(
        expect.arrayContaining(['language model', 'autoencoder', 'transformer']),
      )
      const segments = (part: string): string[] => profiles[part]!.bySegment.map(({ name }) => name)
      expect(segments('transformer')).toEqual(
        expect.arrayContaining(['connector', 'double.0', 'single.0', 'final']),
      )
      expect(segments('autoencoder')).toEqual(expect.arrayContaining(['encoder.mid', 'decoder.mid']))
      expect(segments('language model')).toEqual(expect.arrayContaining(['text.embed', 'visual.embed']))
      expect(runtime.alive).toBe(0)
      expect(await editor.profile()).toEqual({})
    }
  })

  it('is refused where it was not asked for', async () => {
    const { editor } = await opened()
    await expect(editor.profile()).rejects.toThrow('profile: the editor was opened without { profile: true }')
  })
})

it('takes undefined for the default, of every option', async () => {
  const { editor } = await opened()
  const plain = await editor.edit(wide, 'make it red', quick)
  const all = Object.fromEntries(editor.options.map((name) => [name, undefined]))
  const hooks = { signal: undefined, onProgress: undefined, onPreview: undefined, previewEvery: undefined }
  const same = await editor.edit(wide, 'make it red', { ...all, ...hooks, onChangeMap: undefined, ...quick })
  expect(pictureHash(same)).toBe(pictureHash(plain))
})

it('stops with the step when the model gives numbers that are not finite', async () => {
  const broken = join(folder, 'overflowing')
  await writeTinyCheckpoint(broken)
  const file = join(broken, 'step1x-edit-i1258.safetensors')
  const checkpoint = await openCheckpoint(file)
  const tensors = await readAll(checkpoint)
  await checkpoint.close()
  const weight = tensors.get('final_layer.linear.weight')!
  tensors.set('final_layer.linear.weight', {
    ...weight,
    data: dataOf(weight, 'f32').map((_, i) => (i % 2 === 0 ? 3e38 : -3e38)),
  })
  await writeAll(file, tensors)
  const { editor } = await opened({}, broken)
  await expect(editor.edit(wide, 'make it red', quick)).rejects.toThrow(
    /^denoising, step 1 of 2: expected finite numbers, got (NaN|-?Infinity) from the model/,
  )
})

describe('openModelEditor', () => {
  it('opens the embedded model by its name, and lists the models there are for another', async () => {
    const editor = await openModelEditor('nano', {
      provider: 'cpu',
      threads: 1,
      cache: join(folder, 'cache'),
    })
    expect(editor.name).toBe('nano')
    await editor.close()
    await expect(openModelEditor('step1x-edit-v9')).rejects.toThrow(
      /^step1x-edit-v9: no such model folder, and no model of this name; expected a checkpoint folder or one of nano/,
    )
  })

  it('works after a file was missing when it loaded', async () => {
    const gone = join(folder, 'gone')
    await writeTinyCheckpoint(gone)
    const tokenizer = join(gone, 'Qwen2.5-VL-7B-Instruct', 'config.json')
    renameSync(tokenizer, `${tokenizer}.away`)
    await expect(
      openModelEditor(gone, { provider: 'cpu', threads: 1, cache: join(folder, 'cache') }),
    ).rejects.toThrow(PentimentoError)
    renameSync(`${tokenizer}.away`, tokenizer)
    const editor = await openModelEditor(gone, { provider: 'cpu', threads: 1, cache: join(folder, 'cache') })
    await editor.edit(wide, 'make it red', quick)
    await editor.close()
  })
})
