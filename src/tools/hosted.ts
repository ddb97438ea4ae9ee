import { type HostedJob, parts, partVersion } from './embedded/parts.ts'
import { ToolHost } from './host.ts'
import type { Jobs, Tool, ToolFacts } from './tool.ts'

/** The methods of each job, which calls are sent to the tools' process by. */
const methods: { readonly [J in HostedJob]: readonly (keyof Jobs[J])[] } = {
  matting: ['matte'],
  segmenter: ['segment'],
  detector: ['detect'],
  tagger: ['tag'],
  ocr: ['read'],
  faces: ['find'],
  safety: ['unsafe'],
  edges: ['edges'],
  flow: ['flow'],
  inpainter: ['inpaint'],
}

/** A host of the embedded parts. @param folder where the packs are */
export function openToolHost(folder: string, processes = 1): ToolHost {
  return new ToolHost({ entry: entry(), args: [folder], processes })
}

/** An embedded part as a tool: its calls go to the tools' process. */
export function hostedTool<J extends HostedJob>(host: ToolHost, job: J): Tool<J> {
  const { implementation, timeLimitSeconds } = parts[job]
  const facts: ToolFacts = {
    implementation,
    version: partVersion(parts[job]),
    concurrency: 1,
    timeLimitSeconds,
  }
  const calls = methods[job].map((method) => [
    method,
    (...args: readonly unknown[]) => host.call(job, String(method), args, facts),
  ])
  return { facts, ...Object.fromEntries(calls) } as Tool<J>
}

/** The module of the tools' process, as source or as built. */
function entry(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./embedded/process.ts', import.meta.url)
    : new URL('./embedded/process.js', import.meta.url)
}
