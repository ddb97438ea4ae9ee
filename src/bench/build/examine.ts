import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { writeFileWhole } from '../../files/index.ts'
import {
  cropPicture,
  encodePicture,
  type Picture,
  type PictureFile,
  readPicture,
  resizePicture,
} from '../../image/index.ts'
import type { Box, Toolbox } from '../../tools/index.ts'
import { type DecisionLog, decisionId } from './decisions.ts'
import { type Finding, findPersonal, missingJobs } from './findings.ts'
import { lookOf } from './likeness.ts'
import { withPlaceholders } from './personalText.ts'
import { fitsBelow, type ReplacementSource } from './replacements.ts'
import type { CollectedRequest } from './requests.ts'

/** The tools and folders of an examination. */
export interface ExamineOptions {
  readonly tools: Toolbox
  readonly sources: readonly ReplacementSource[]
  /** The folder of the build. */
  readonly folder: string
  readonly signal: AbortSignal
}

/** The name of a picture in a build: the first signs of its file's SHA-256. */
export async function pictureName(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 16)
}

/**
 * Looks at one picture: what metadata its file has, what is personal in it, and which public pictures are like it. Every
 * result is a row of the record; one that was examined with the same means before is left as it is.
 */
export async function examinePicture(
  log: DecisionLog,
  picture: string,
  requests: readonly CollectedRequest[],
  options: ExamineOptions,
): Promise<void> {
  const { tools, sources, folder } = options
  const means = JSON.stringify([
    ...(['faces', 'ocr', 'detector'] as const).map((job) => tools.has(job) && tools.get(job).facts.version),
    ...sources.map(({ name }) => name),
  ])
  const done = decisionId('examined', picture)
  if (log.get(done)?.proposal === means) return
  const [request] = requests
  const file = request!.file
  const read = await readPicture(file)
  const common = { picture, private: { file: basename(file) } }
  await writeFileWhole(join(folder, thumbnail(picture)), await encodePicture(small(read), 'png'))
  await log.propose({
    ...common,
    id: decisionId('metadata', picture),
    type: 'metadata',
    proposal: 'removed',
    reason: metadataReason(read),
  })
  const findings = await findPersonal(read, tools)
  for (const [i, finding] of findings.entries()) {
    const box = wholeBox(finding.box, read)
    const crop = `crops/${picture}-${i + 1}.png`
    await writeFileWhole(join(folder, crop), await encodePicture(cropAround(read, box), 'png'))
    await log.propose({
      ...common,
      id: decisionId('finding', picture, finding.what, box.x, box.y, box.width, box.height),
      type: 'finding',
      what: finding.what,
      box: [box.x, box.y, box.width, box.height],
      proposal: 'personal',
      options: ['personal', 'obscure', 'harmless'],
      reason: finding.reason,
      private: { ...common.private, crop, ...(finding.text !== undefined && { text: finding.text }) },
    })
  }
  const missing = missingJobs(tools)
  if (findings.length === 0)
    await log.propose({
      ...common,
      id: decisionId('nothing-found', picture),
      type: 'nothing-found',
      proposal: 'use',
      reason:
        missing.length === 0
          ? 'no face, number plate, screen or personal text was found'
          : `nothing was found, but these tools are missing: ${missing.join(', ')}; look at the picture`,
    })
  else {
    await proposeReplacement(log, { picture, read, findings, requests }, options)
    await log.propose({
      ...common,
      id: decisionId('anonymise', picture),
      type: 'anonymise',
      ...anonymised(findings, requests),
      options: ['obscure', 'leave out'],
    })
  }
  await log.propose({ id: done, type: 'examined', picture, proposal: means, reason: 'all of the above' })
}

/** Where a small copy of a picture lies in the folder of a build, for the review. */
export const thumbnail = (picture: string): string => `crops/${picture}.png`

/** The longer side of the small copy. */
const thumbnailSide = 640

function small(picture: Picture): Picture {
  const scale = Math.min(1, thumbnailSide / Math.max(picture.width, picture.height))
  return resizePicture(picture, {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  })
}

/** The file's metadata that is dropped, described without its values. */
function metadataReason({ metadata }: PictureFile): string {
  const { exif, xmp, iptc } = metadata
  const place = exif.some((entry) => entry.directory === 'gps')
  const parts = [
    ...(place ? ['the place (GPS)'] : []),
    ...(exif.length > 0 ? [`${exif.length} entries of EXIF`] : []),
    ...(xmp === undefined ? [] : ['XMP']),
    ...(iptc === undefined ? [] : ['IPTC']),
  ]
  return parts.length === 0 ? 'the file has none' : parts.join(', ')
}

function wholeBox({ x, y, width, height }: Box, picture: Picture): Box {
  const left = Math.max(0, Math.floor(x))
  const top = Math.max(0, Math.floor(y))
  return {
    x: left,
    y: top,
    width: Math.max(1, Math.min(picture.width, Math.ceil(x + width)) - left),
    height: Math.max(1, Math.min(picture.height, Math.ceil(y + height)) - top),
  }
}

/** The part of a picture around a box, so that a person sees what it is. */
function cropAround(picture: Picture, box: Box): Picture {
  const margin = Math.round(0.3 * Math.max(box.width, box.height)) + 4
  const x = Math.max(0, box.x - margin)
  const y = Math.max(0, box.y - margin)
  return cropPicture(picture, {
    x,
    y,
    width: Math.min(picture.width, box.x + box.width + margin) - x,
    height: Math.min(picture.height, box.y + box.height + margin) - y,
  })
}

/** Whether a request is about a text in the picture: then the picture cannot be replaced. */
function quotes(requests: readonly CollectedRequest[], findings: readonly Finding[]): boolean {
  const texts = findings
    .flatMap(({ text }) => text?.split(' / ') ?? [])
    .map((text) => text.trim().toLowerCase())
  return requests.some(({ instructions }) =>
    instructions.some((each) =>
      texts.some((text) => text.length > 2 && each.text.toLowerCase().includes(text)),
    ),
  )
}

async function proposeReplacement(
  log: DecisionLog,
  about: {
    readonly picture: string
    readonly read: Picture
    readonly findings: readonly Finding[]
    readonly requests: readonly CollectedRequest[]
  },
  { tools, sources, signal }: ExamineOptions,
): Promise<void> {
  const { picture, read, findings, requests } = about
  if (quotes(requests, findings)) return
  if (sources.length === 0) return
  const labels = await labelsOf(read, tools)
  const wanted = {
    look: lookOf(read),
    picture: read,
    instructions: requests.flatMap(({ instructions }) =>
      instructions.map(({ text }) => withPlaceholders(text)),
    ),
    labels,
  }
  const found = (await Promise.all(sources.map((source) => source.find(wanted, signal)))).flat()
  const near = found
    .filter((each) => each.unlikeness <= fitsBelow)
    .sort((a, b) => a.unlikeness - b.unlikeness)
  // What the instruction names has to be in the new picture too.
  const needed = labels.filter((label) => wanted.instructions.some((text) => names(text, label)))
  const fitting = []
  for (const candidate of near) {
    const source = sources.find(({ name }) => candidate.name.startsWith(`${name}:`))!
    const has = needed.length === 0 ? [] : await labelsOf(await source.read(candidate.name, signal), tools)
    if (needed.every((label) => has.includes(label))) fitting.push(candidate)
  }
  const [best] = fitting
  if (!best) return
  await log.propose({
    id: decisionId('replacement', picture),
    type: 'replacement',
    picture,
    proposal: best.name,
    options: fitting.map(({ name }) => name),
    reason: `${best.unlikeness.toFixed(2)} unlike, of 0 to 1; ${best.licence}; ${best.source}${needed.length > 0 ? `; shows ${needed.join(', ')}` : ''}`,
    private: { file: basename(requests[0]!.file) },
  })
}

async function labelsOf(picture: Picture, tools: Toolbox): Promise<readonly string[]> {
  if (!tools.has('detector')) return []
  const found = await tools.get('detector').detect(picture)
  return [...new Set(found.map(({ label }) => label))].sort()
}

const names = (text: string, label: string): boolean => new RegExp(`\\b${label}s?\\b`, 'i').test(text)

/** The treatment of the picture itself if it is not replaced. */
function anonymised(
  findings: readonly Finding[],
  requests: readonly CollectedRequest[],
): { readonly proposal: string; readonly reason: string } {
  const aboutPeople = requests.some(({ kind }) => kind === 'ps_human')
  if (aboutPeople && findings.some(({ what }) => what === 'face'))
    return { proposal: 'leave out', reason: 'the wish is about a person, whose face cannot be shown' }
  const texts = findings.filter(({ what }) => what === 'text').length
  const parts = [
    ...(texts > 0
      ? [
          `${texts === 1 ? 'a text becomes a placeholder' : `${texts} texts become placeholders`} in its lettering`,
        ]
      : []),
    ...(texts < findings.length
      ? [
          `${findings.length - texts === 1 ? 'a place is' : `${findings.length - texts} places are`} coarsened`,
        ]
      : []),
  ]
  return { proposal: 'obscure', reason: parts.join('; ') }
}
