import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ToolError } from './error.ts'
import type { Job, Tool, Toolbox } from './tool.ts'
import { openToolbox, type ToolboxOptions } from './toolbox.ts'

let folder: string
let opened: Toolbox[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toolbox-'))
  opened = []
  // No program is found in an empty folder.
  vi.stubEnv('PATH', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(opened.map((tools) => tools.close()))
  await rm(folder, { recursive: true })
})

async function open(options: Partial<ToolboxOptions> = {}): Promise<Toolbox> {
  const tools = await openToolbox({ folder, ...options })
  opened.push(tools)
  return tools
}

const facts = { implementation: 'test', version: '1', concurrency: 1, timeLimitSeconds: 1 }
const depth: Tool<'depth'> = {
  facts,
  depth: async ({ width, height }) => ({ width, height, data: new Float32Array(width * height) }),
}

const jobs: readonly Job[] = [
  ...(['matting', 'detector', 'segmenter', 'tagger', 'ocr', 'faces', 'depth', 'edges', 'flow'] as const),
  ...(['inpainter', 'stylizer', 'generator', 'vision', 'video', 'safety', 'fonts'] as const),
]

describe('openToolbox', () => {
  it('says of every job that nothing does how to get something', async () => {
    const tools = await open()
    const told = jobs.map((job) => {
      expect(tools.has(job)).toBe(false)
      try {
        return tools.get(job) && `${job} is there`
      } catch (error) {
        expect(error).toBeInstanceOf(ToolError)
        expect(error).toMatchObject({ code: 'tool-missing' })
        return (error as Error).message
      }
    })
    expect(told).toMatchInlineSnapshot(`
      [
        "matting: no tool for this job; run 'pentimento tools install isnet'",
        "detector: no tool for this job; run 'pentimento tools install human'",
        "segmenter: no tool for this job; run 'pentimento tools install isnet opencv'",
        "tagger: no tool for this job; run 'pentimento tools install human'",
        "ocr: no tool for this job; run 'pentimento tools install ppocr opencv'",
        "faces: no tool for this job; run 'pentimento tools install human'",
        "depth: no tool for this job; configure an adapter for depth; there is no embedded tool",
        "edges: no tool for this job; run 'pentimento tools install opencv'",
        "flow: no tool for this job; run 'pentimento tools install opencv'",
        "inpainter: no tool for this job; install gmic (apt-get install gmic), or run 'pentimento tools install opencv'",
        "stylizer: no tool for this job; install gmic (apt-get install gmic)",
        "generator: no tool for this job; configure an adapter to a ComfyUI server; there is no embedded tool",
        "vision: no tool for this job; configure an adapter: a local model ('pentimento pull qwen2.5-vl-7b') or a server",
        "video: no tool for this job; install ffmpeg (apt-get install ffmpeg)",
        "safety: no tool for this job; run 'pentimento tools install nsfw'",
        "fonts: no tool for this job; run 'pentimento tools install fonts'",
      ]
    `)
  })

  it('takes adapters before its own, and only the jobs that it is told', async () => {
    const tools = await open({ adapters: { depth } })
    expect(tools.get('depth')).toBe(depth)
    const few = await open({ adapters: { depth }, only: ['edges'] })
    expect(few.has('depth')).toBe(false)
    expect(() => few.get('depth')).toThrow(/^depth: not available in this run, which may use only edges$/)
  })
})
