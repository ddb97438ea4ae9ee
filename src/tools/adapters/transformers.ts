import { ToolError } from '../error.ts'
import { ToolHost } from '../host.ts'
import type { Tool, ToolFacts } from '../tool.ts'
import { hasTransformers, transformersInstall, transformersVersion } from './loadTransformers.ts'
import type { ModelChoice, TransformersModels } from './transformersModels.ts'

/** A model that runs here through @huggingface/transformers. */
export interface TransformersOptions extends ModelChoice {
  /** For one call; the first loads the model, maybe from the network. Default: 600. */
  readonly timeLimitSeconds?: number | undefined
}

/** Makes tools of models: Florence-2 detects, tags and reads, SAM and SAM-2 segment, Depth-Anything and others tell depth. */
export interface TransformersTools {
  detector(options: TransformersOptions): Tool<'detector'>
  tagger(options: TransformersOptions): Tool<'tagger'>
  ocr(options: TransformersOptions): Tool<'ocr'>
  segmenter(options: TransformersOptions): Tool<'segmenter'>
  depth(options: TransformersOptions): Tool<'depth'>
  /** Ends the process in which they run. */
  close(): Promise<void>
}

/**
 * Tools on @huggingface/transformers as it is installed below the tools' folder. All run in one process of their own,
 * which the first call starts. @throws ToolError `tool-missing` by a call when it is not installed, `tool-failed` when a
 * model does not load or run
 */
export function transformersTools(folder: string): TransformersTools {
  const host = new ToolHost({ entry: entry(), args: [folder] })
  const caller =
    (job: string, method: keyof TransformersModels, choice: ModelChoice, facts: ToolFacts) =>
    async (...args: readonly unknown[]): Promise<unknown> => {
      if (!hasTransformers(folder))
        throw new ToolError(
          'tool-missing',
          `${job}: @huggingface/transformers is not installed; run '${transformersInstall(folder)}'`,
        )
      return await host.call(job, method, [choice, ...args], facts)
    }
  const tool = (job: string, { model, dtype, timeLimitSeconds = 600 }: TransformersOptions) => {
    const choice: ModelChoice = { model, ...(dtype !== undefined && { dtype }) }
    const facts: ToolFacts = {
      implementation: `transformers:${model}`,
      version: `1+${transformersVersion}+${model}+${dtype ?? 'fp32'}`,
      concurrency: 1,
      timeLimitSeconds,
    }
    return { facts, call: (method: keyof TransformersModels) => caller(job, method, choice, facts) }
  }
  return {
    detector(options) {
      const { facts, call } = tool('detector', options)
      return { facts, detect: call('detect') as Tool<'detector'>['detect'] }
    },
    tagger(options) {
      const { facts, call } = tool('tagger', options)
      return { facts, tag: call('tag') as Tool<'tagger'>['tag'] }
    },
    ocr(options) {
      const { facts, call } = tool('ocr', options)
      return { facts, read: call('read') as Tool<'ocr'>['read'] }
    },
    segmenter(options) {
      const { facts, call } = tool('segmenter', options)
      return { facts, segment: call('segment') as Tool<'segmenter'>['segment'] }
    },
    depth(options) {
      const { facts, call } = tool('depth', options)
      return { facts, depth: call('depth') as Tool<'depth'>['depth'] }
    },
    close: () => host.close(),
  }
}

/** The module of the process, as source or as built. */
function entry(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./transformersProcess.ts', import.meta.url)
    : new URL('./transformersProcess.js', import.meta.url)
}
