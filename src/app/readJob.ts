import { checkEdit, checkRegion, type EditRegion, readMask } from '../edit/index.ts'
import { decodeText, readTextFile } from '../files/index.ts'
import {
  checkFormatSize,
  hasAlphaChannel,
  type Mask,
  outputFormat,
  type Picture,
  type PictureFile,
  readPicture,
} from '../image/index.ts'
import { UsageError } from './failure.ts'
import { type EditJob, formatOf, type WriteChoice } from './job.ts'
import { stream } from './outputs.ts'
import type { Terminal } from './terminal.ts'

/** A job with its pictures read. */
export interface ReadJob {
  readonly job: EditJob
  readonly picture: PictureFile
  readonly init: { readonly picture: Picture; readonly strength: number } | undefined
  /** Those of the job's `more`. */
  readonly more?: readonly Picture[] | undefined
  readonly region?: EditRegion | undefined
}

/** Reads pictures, standard input once. */
export class PictureReader {
  readonly #terminal: Terminal
  #input: Promise<Uint8Array> | undefined

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** A mask: the alpha channel, or the brightness. */
  async readMask(path: string): Promise<Mask> {
    return readMask(path === stream ? await this.#fromInput() : path)
  }

  async read(path: string): Promise<PictureFile> {
    return readPicture(path === stream ? await this.#fromInput() : path)
  }

  #fromInput(): Promise<Uint8Array> {
    this.#input ??= readInput(this.#terminal)
    return this.#input
  }
}

/** All of standard input. @throws UsageError if there is none */
async function readInput({ input }: Terminal): Promise<Uint8Array> {
  if (input === undefined) throw new UsageError("'-': there is no standard input")
  return input()
}

/** The text of a file, or of standard input by `-`. @throws FileError, UsageError */
export async function readText(file: string, terminal: Terminal): Promise<string> {
  return file === stream ? decodeText('standard input', await readInput(terminal)) : readTextFile(file)
}

/**
 * Reads a job's pictures and checks all that can be checked before a model is opened.
 * @throws ImageError, EditError, UsageError
 */
export async function readJob(job: EditJob, reader: PictureReader): Promise<ReadJob> {
  const picture = await reader.read(job.picture)
  const init = job.init && { picture: await reader.read(job.init.picture), strength: job.init.strength }
  const more: Picture[] = []
  for (const each of job.more ?? []) more.push(await reader.read(each))
  const region = job.mask === undefined ? job.box : await reader.readMask(job.mask)
  if (region) checkRegion(region, picture)
  if (!job.plan) checkEdit(picture, job.instruction, { ...job.options, region, ...(init && { init }) })
  if (job.output !== stream && !job.options.keepEditSize) checkFormatSize(outputFormat(job.output), picture)
  return { job, picture, init, more, region }
}

/** What a user should know before an edit, a line each. */
export function notesOf({ job, picture: { frames, alpha } }: ReadJob, choice: WriteChoice): string[] {
  const { picture: name, output } = job
  const notes: string[] = []
  if (frames > 1) notes.push(`${name}: ${frames} frames; the first is edited`)
  if (alpha && !hasAlphaChannel(formatOf(output, choice)))
    notes.push(`${output}: JPEG has no transparency; the picture is on white`)
  return notes
}
