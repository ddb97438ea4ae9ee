import { join } from 'node:path'
import { ffmpegVideo } from './embedded/ffmpeg.ts'
import { gmicStylizer, patchInpainter } from './embedded/gmic.ts'
import { type HostedJob, parts } from './embedded/parts.ts'
import { ToolError } from './error.ts'
import { type FontPackName, fontPacks } from './fontPacks.ts'
import type { ToolHost } from './host.ts'
import { hostedTool, openToolHost } from './hosted.ts'
import { isInstalled, packFolder } from './install.ts'
import { type Pack, type PackName, packs } from './packs.ts'
import { findPrograms } from './programs.ts'
import type { Job, OtherFont, Tool, Toolbox } from './tool.ts'

/** Tools by the job that they do. */
type Tools = { readonly [J in Job]?: Tool<J> }

/** Which tools a run gets. */
export interface ToolboxOptions {
  /** Where the packs are: `toolsFolder(process.env)`. */
  readonly folder: string
  /** Only these jobs. Default: all. */
  readonly only?: readonly Job[]
  /** Tools that take the place of embedded ones, or do what no embedded one does. */
  readonly adapters?: Tools
  /** Processes of embedded tools, each one call at a time. Default: 1. */
  readonly processes?: number
}

/** What brings a tool that is not there: packs, a program, or an adapter. */
const sources: { readonly [J in Job]: { readonly packs?: readonly PackName[]; readonly other?: string } } = {
  matting: { packs: ['isnet'] },
  detector: { packs: ['human'] },
  segmenter: { packs: ['isnet', 'opencv'] },
  tagger: { packs: ['human'] },
  ocr: { packs: ['ppocr', 'opencv'] },
  faces: { packs: ['human'] },
  depth: { other: 'configure an adapter for depth; there is no embedded tool' },
  edges: { packs: ['opencv'] },
  flow: { packs: ['opencv'] },
  inpainter: { packs: ['opencv'], other: 'install gmic (apt-get install gmic)' },
  stylizer: { other: 'install gmic (apt-get install gmic)' },
  generator: { other: 'configure an adapter to a ComfyUI server; there is no embedded tool' },
  vision: { other: "configure an adapter: a local model ('pentimento pull qwen2.5-vl-7b') or a server" },
  video: { other: 'install ffmpeg (apt-get install ffmpeg)' },
  safety: { packs: ['nsfw'] },
  fonts: { packs: ['fonts'] },
}

/** Every job that a tool may do. */
export const allJobs: readonly Job[] = Object.keys(sources) as Job[]

/** `run 'pentimento tools install isnet'` */
function advice(job: Job): string {
  const { packs: names, other } = sources[job]
  const install = names && `run 'pentimento tools install ${names.join(' ')}'`
  return [other, install].filter((each) => each !== undefined).join(', or ')
}

/** The error of a job that nothing does, with those packs that would and were not there when the toolbox was opened. */
function missing(job: Job, absent: readonly Pack[]): ToolError {
  const wanted = packsOf(job).map((name) => packs[name])
  return new ToolError('tool-missing', `${job}: no tool for this job; ${advice(job)}`, {
    packs: wanted.filter((pack) => absent.includes(pack)),
  })
}

/** The packs that an embedded tool for a job needs; empty where none is embedded. */
export const packsOf = (job: Job): readonly PackName[] => sources[job].packs ?? []

/** Puts together the tools that are there: packs, programs, and adapters. */
export async function openToolbox(options: ToolboxOptions): Promise<Toolbox> {
  const { folder, only, adapters = {}, processes } = options
  const host = openToolHost(folder, processes)
  const absent = Object.values(packs).filter((pack) => !isInstalled(folder, pack))
  const tools: Tools = {
    ...hostedTools(host, folder),
    ...(await programTools()),
    ...packedFonts(folder),
    ...adapters,
  }
  const wanted = (job: Job): boolean => only === undefined || only.includes(job)
  return {
    has: (job) => wanted(job) && tools[job] !== undefined,
    get: <J extends Job>(job: J): Tool<J> => {
      const tool: Tool<J> | undefined = tools[job]
      if (!wanted(job))
        throw new ToolError('tool-missing', `${job}: not available in this run, which may use only ${only}`)
      if (!tool) throw missing(job, absent)
      return tool
    },
    close: () => host.close(),
  }
}

/** Embedded tools whose packs are installed. */
function hostedTools(host: ToolHost, folder: string): Tools {
  const there = (Object.keys(parts) as HostedJob[]).filter((job) =>
    parts[job].packs.every((name) => isInstalled(folder, packs[name])),
  )
  return Object.fromEntries(there.map((job) => [job, hostedTool(host, job)]))
}

/** Tools that are programs of their own; each call starts one. */
async function programTools(): Promise<Tools> {
  const { gmic, ffmpeg } = await findPrograms()
  return {
    ...(gmic.version !== undefined && gmicTools(gmic.version)),
    ...(ffmpeg.version !== undefined && ffmpegTools(ffmpeg.version)),
  }
}

function gmicTools(version: string): Tools {
  const facts = { version: `1+gmic-${version}`, concurrency: 2, timeLimitSeconds: 120 }
  return {
    stylizer: { facts: { implementation: 'gmic', ...facts }, ...gmicStylizer(facts.timeLimitSeconds) },
    inpainter: {
      facts: { implementation: 'gmic-patches', ...facts },
      ...patchInpainter(facts.timeLimitSeconds),
    },
  }
}

function ffmpegTools(version: string): Tools {
  const facts = { version: `1+ffmpeg-${version}`, concurrency: 1, timeLimitSeconds: 600 }
  return { video: { facts: { implementation: 'ffmpeg', ...facts }, ...ffmpegVideo(facts.timeLimitSeconds) } }
}

/** The fonts of the pack; they are files, nothing runs. */
function packedFonts(folder: string): Tools {
  if (!isInstalled(folder, packs.fonts)) return {}
  const file = (name: string): string => join(packFolder(folder, packs.fonts), name)
  return {
    fonts: {
      facts: {
        implementation: 'noto-sans-sc',
        version: packs.fonts.version,
        concurrency: 64,
        timeLimitSeconds: 60,
      },
      files: [
        { name: 'Noto Sans SC', file: file('NotoSansSC-Regular.ttf'), bold: false },
        { name: 'Noto Sans SC', file: file('NotoSansSC-Bold.ttf'), bold: true },
      ],
      others: otherFonts(folder),
    },
  }
}

/** Faces of the packs of further fonts. */
const faces: Readonly<Record<FontPackName, OtherFont['face']>> = {
  'fonts-arimo': 'sans',
  'fonts-tinos': 'serif',
  'fonts-cousine': 'mono',
  'fonts-oswald': 'narrow',
  'fonts-montserrat': 'sans',
  'fonts-roboto-slab': 'slab',
  'fonts-kalam': 'hand',
  'fonts-dancing-script': 'hand',
  'fonts-noto-serif-sc': 'serif',
  'fonts-ma-shan-zheng': 'hand',
}

function otherFonts(folder: string): OtherFont[] {
  return Object.entries(fontPacks)
    .filter(([, pack]) => isInstalled(folder, pack))
    .flatMap(([name, pack]) =>
      pack.files
        .filter((file) => file.name.endsWith('.ttf'))
        .map((file) => ({
          name: file.name.replace(/-.*/, ''),
          file: join(packFolder(folder, pack), file.name),
          bold: /Bold|Black/.test(file.name),
          face: faces[name as FontPackName],
          chinese: /NotoSerifSC|MaShanZheng/.test(file.name),
        })),
    )
}
