import { existsSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallChatServer } from '../../../test/smallChatServer.ts'
import { squarePicture, tinyFlorence, tinySegmenter, writeTinyModel } from '../../../test/tinyTransformers.ts'
import type { Picture } from '../../image/index.ts'
import { toolsFolder } from '../../tools/index.ts'
import { openDarkroom } from './open.ts'

const picture = squarePicture
const { width } = picture

/** How much redder than blue a pixel is. */
const redness = ({ data }: Picture, x: number, y: number): number =>
  data[3 * (y * width + x)]! - data[3 * (y * width + x) + 2]!

const library = join(toolsFolder(process.env), 'transformers')
const there = existsSync(library) || process.env.PENTIMENTO_REQUIRE_TOOLS === '1'

describe.skipIf(!there)('the darkroom with larger models', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'darkroom-adapters-'))
    // None of the packs, so that nothing but the adapters can find anything.
    await symlink(library, join(folder, 'transformers'))
    await writeTinyModel(tinySegmenter('sam2'), join(folder, 'sam2'))
    await writeTinyModel(
      tinyFlorence(['lighthouse', '<loc_250>', '<loc_249>', '<loc_583>', '<loc_749>']),
      join(folder, 'florence'),
    )
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const local = (name: string) => ({ type: 'transformers', model: join(folder, name) })

  it('edits what Florence-2 has a name for, as far as SAM-2 says that it goes', async () => {
    const adapters = { detector: local('florence'), segmenter: local('sam2') }
    const editor = await openDarkroom({ tools: folder, folder, adapters })
    try {
      const did: string[] = []
      const made = await editor.edit(picture, 'make the lighthouse red', {
        onReport: (report) => {
          did.push(...report.did)
        },
      })
      expect(did.join()).toContain('lighthouse')
      expect(redness(made, 20, 16)).toBeGreaterThan(60)
      expect(redness(made, 44, 28)).toBe(0)
    } finally {
      await editor.close()
    }
  })

  it('edits by the plan of a vision model what the same model finds', async () => {
    const nulls = { colour: null, place: null, order: null, size: null, all: null, text: null }
    const target = { type: 'thing', phrase: 'the lighthouse', noun: 'lighthouse', ...nulls }
    const step = { kind: 'recolour', target, colour: { name: 'red', hex: '#d02828' } }
    const plan = { version: 1, steps: [step], keep: [] }
    const objects = [
      { label: 'lighthouse', certainty: 'certain', box: { left: 250, top: 250, right: 583, bottom: 750 } },
    ]
    const server = await openSmallChatServer({ models: ['gpt-4o'] })
    server.respond = ({ texts }) => ({
      says: texts.some((text) => text.startsWith('Instruction:'))
        ? JSON.stringify({ type: 'plan', plan, understood: null, confidence: 0.9 })
        : JSON.stringify({ objects }),
    })
    const editor = await openDarkroom({
      tools: folder,
      folder,
      planner: 'vision',
      adapters: {
        vision: { type: 'openai', baseUrl: server.baseUrl, model: 'gpt-4o' },
        detector: { type: 'vision', coordinates: 'thousandths' },
        segmenter: local('sam2'),
      },
    })
    try {
      const did: string[] = []
      const made = await editor.edit(picture, 'the tower with the lamp should be red, please', {
        onReport: (report) => {
          did.push(...report.did)
        },
      })
      expect(did.join()).toContain('lighthouse, ')
      expect(redness(made, 20, 16)).toBeGreaterThan(60)
      expect(redness(made, 44, 28)).toBe(0)
      expect(server.asked.every(({ pictures }) => pictures.length === 1)).toBe(true)
      expect(server.asked.length).toBeGreaterThanOrEqual(2)
    } finally {
      await editor.close()
      await server.close()
    }
  })
})
