import {
  colourSignature,
  encodeStored,
  ImageError,
  type Picture,
  perceptualHash,
  pictureHash,
  pictureStatistics,
  readPicture,
  resizePicture,
} from '../../image/index.ts'
import type { FileStore } from '../../jobs/index.ts'
import { Rejection, type Toolbox } from '../../tools/index.ts'
import type { Sidecar } from '../annotations/sidecar.ts'
import type { Configuration } from '../configuration.ts'
import type { FoundFile } from './find.ts'

/** Increased whenever the source of the same file may change. */
export const ingestVersion = 2

/** A picture, or a clip of a video, at working size in the file store. */
export interface IngestedSource {
  /** SHA-256 of size and pixels, of all frames where there are several. */
  readonly id: string
  /** Where in its file: nothing for a picture, `@3.2s` for a clip. */
  readonly at: string
  readonly width: number
  readonly height: number
  /** Of the file. */
  readonly original: { readonly width: number; readonly height: number; readonly format: string }
  /** Perceptual hash. */
  readonly hash: string
  /** Colour signature. */
  readonly colours: string
  /** Name of its PNG in the file store. */
  readonly picture: string
  /** The content of its sidecar file. */
  readonly sidecar?: Sidecar
  /** The frames of its clip; only of videos. */
  readonly frames?: readonly string[]
}

const leastSide = 64
const mostAspect = 3

/** Sides of about the area of `side`², multiples of 16, never larger than the picture. */
export function workingSize(
  { width, height }: Pick<Picture, 'width' | 'height'>,
  side: number,
): { width: number; height: number } {
  const scale = Math.min(1, side / Math.sqrt(width * height))
  const side16 = (length: number) =>
    Math.max(16, Math.min(round16(length * scale), 16 * Math.floor(length / 16)))
  return { width: side16(width), height: side16(height) }
}

const round16 = (length: number): number => 16 * Math.round(length / 16)

/** The context of ingestion. */
export interface IngestContext {
  readonly configuration: Pick<Configuration, 'size' | 'video' | 'checks'>
  readonly files: FileStore
  readonly tools: Toolbox
}

/**
 * Brings a file to working size and puts it into the store; of a video, every clip of some frames.
 * @throws Rejection `damaged`, `format`, `tiny`, `aspect`, `blank`, `unsafe` …; @throws DatasetError of tools
 */
export async function ingest(file: FoundFile, context: IngestContext): Promise<readonly IngestedSource[]> {
  return file.type === 'photo' ? [await ingestPhoto(file, context)] : ingestVideo(file, context)
}

async function ingestPhoto(file: FoundFile, context: IngestContext): Promise<IngestedSource> {
  const read = await readPicture(file.path).catch((error: unknown) => {
    throw error instanceof ImageError && error.code !== 'missing'
      ? new Rejection(error.code, { detail: error.message.replace(file.path, file.name) })
      : error
  })
  const picture = fitted(read, context.configuration.size)
  await refuseUnsafe(picture, context)
  const { width, height } = picture
  return {
    id: pictureHash(picture),
    at: '',
    width,
    height,
    original: { width: read.width, height: read.height, format: read.format },
    hash: perceptualHash(picture),
    colours: colourSignature(picture),
    picture: await context.files.put(await encodeStored(picture)),
    ...(file.sidecar !== undefined && { sidecar: file.sidecar }),
  }
}

async function ingestVideo(file: FoundFile, context: IngestContext): Promise<readonly IngestedSource[]> {
  const { every, most } = context.configuration.video
  const video = context.tools.get('video')
  if (file.clips === undefined)
    return clipsOfFrames(await video.frames(file.path, { every, most }), 0, context)
  const all: IngestedSource[] = []
  for (const [from, to] of file.clips) {
    const frames = await video.frames(file.path, { every, most, from, to })
    if (frames.length >= 2) all.push(...(await clipsOfFrames(frames, from, context)))
  }
  if (all.length === 0) throw new Rejection('still', { clips: file.clips.length })
  return all
}

async function clipsOfFrames(
  frames: readonly Picture[],
  from: number,
  context: IngestContext,
): Promise<readonly IngestedSource[]> {
  const { every, clip } = context.configuration.video
  const [first] = frames
  if (first === undefined || frames.length < 2) throw new Rejection('still', { frames: frames.length })
  const clips: IngestedSource[] = []
  for (let start = 0; start + 2 <= frames.length; start += clip) {
    const pictures = frames
      .slice(start, start + clip)
      .map((frame) => fitted(frame, context.configuration.size))
    const picture = pictures[0]!
    await refuseUnsafe(picture, context)
    const stored = []
    for (const each of pictures) stored.push(await context.files.put(await encodeStored(each)))
    clips.push({
      id: pictureHash(joined(pictures)),
      at: `@${(from + start * every).toFixed(1)}s`,
      width: picture.width,
      height: picture.height,
      original: { width: first.width, height: first.height, format: 'video' },
      hash: perceptualHash(picture),
      colours: colourSignature(picture),
      picture: stored[0]!,
      frames: stored,
    })
  }
  return clips
}

/** @throws Rejection when the picture is too small, too long, or shows nothing */
function fitted(read: Picture, side: number): Picture {
  const { width, height } = read
  if (Math.min(width, height) < leastSide) throw new Rejection('tiny', { width, height, least: leastSide })
  if (Math.max(width, height) > mostAspect * Math.min(width, height))
    throw new Rejection('aspect', { width, height, most: mostAspect })
  const size = workingSize(read, side)
  const same = size.width === width && size.height === height
  const picture = same
    ? { width, height, data: read.data }
    : resizePicture(read, { ...size, filter: 'lanczos' })
  const { deviation } = pictureStatistics(picture)
  if (deviation < 2) throw new Rejection('blank', { deviation })
  return picture
}

async function refuseUnsafe(picture: Picture, { tools, configuration }: IngestContext): Promise<void> {
  if (!tools.has('safety')) return
  const unsafe = await tools.get('safety').unsafe(picture)
  if (unsafe >= configuration.checks.unsafe) throw new Rejection('unsafe', { unsafe })
}

/** The frames below one another: their pixels as one picture, for its hash. */
function joined(pictures: readonly Picture[]): Picture {
  const width = pictures[0]!.width
  const height = pictures.reduce((sum, picture) => sum + picture.height, 0)
  const data = new Uint8Array(3 * width * height)
  let at = 0
  for (const picture of pictures) {
    data.set(picture.data, at)
    at += picture.data.length
  }
  return { width, height, data }
}
