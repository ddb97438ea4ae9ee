import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ToolError } from '../error.ts'
import { ToolHost } from '../host.ts'
import type { Tool, ToolFacts } from '../tool.ts'
import type { OnnxFlow, OnnxMatting } from './onnxModels.ts'

interface Limited {
  /** For one call; the first loads the file. Default: 600. */
  readonly timeLimitSeconds?: number | undefined
}

/** Makes tools of ONNX files that the user names. */
export interface OnnxTools {
  /** @throws ToolError `configuration` where the file cannot be read */
  matting(options: OnnxMatting & Limited): Promise<Tool<'matting'>>
  /** @throws ToolError `configuration` where the file cannot be read */
  flow(options: OnnxFlow & Limited): Promise<Tool<'flow'>>
  /** Ends the process in which they run. */
  close(): Promise<void>
}

/** Tools on ONNX Runtime, all in one process of their own, which the first call starts. */
export function onnxTools(): OnnxTools {
  const host = new ToolHost({ entry: entry(), args: [] })
  const factsOf = async (job: string, file: string, settings: unknown, limit = 600): Promise<ToolFacts> => ({
    implementation: `onnx:${basename(file)}`,
    version: `1+${await hashOf(job, file)}+${JSON.stringify(settings)}`,
    concurrency: 1,
    timeLimitSeconds: limit,
  })
  return {
    async matting({ timeLimitSeconds, ...choice }) {
      const { file, ...settings } = choice
      const facts = await factsOf('matting', file, settings, timeLimitSeconds)
      const matte = (picture: unknown) => host.call('matting', 'matte', [choice, picture], facts)
      return { facts, matte: matte as Tool<'matting'>['matte'] }
    },
    async flow({ timeLimitSeconds, ...choice }) {
      const { file, ...settings } = choice
      const facts = await factsOf('flow', file, settings, timeLimitSeconds)
      const flow = (from: unknown, to: unknown) => host.call('flow', 'flow', [choice, from, to], facts)
      return { facts, flow: flow as Tool<'flow'>['flow'] }
    },
    close: () => host.close(),
  }
}

/** What a file is decides what its tool gives, not where it lies. */
async function hashOf(job: string, file: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(file), hash)
  } catch (error) {
    throw new ToolError(
      'configuration',
      `tools.${job}.file: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}); name an ONNX file`,
      { cause: error },
    )
  }
  return hash.digest('hex').slice(0, 16)
}

/** The module of the process, as source or as built. */
const entry = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('./onnxProcess.ts', import.meta.url)
    : new URL('./onnxProcess.js', import.meta.url)
