import { stat } from 'node:fs/promises'
import { families, familyOf, findModelFolder } from '../families/index.ts'
import { inspectPart } from '../families/step1x/inspect.ts'
import { isCheckpointFolder, listFolder } from './listing.ts'
import type { PartReport } from './partReport.ts'

/** The content of a checkpoint folder or a weights file. */
export interface WeightsReport {
  readonly path: string
  /** Of a folder: the family of its model, as its authors write it. */
  readonly family?: string
  readonly variant?: string
  readonly parts: readonly PartReport[]
}

/** Inspects a checkpoint folder, or one file or folder of weights. Only headers are read. @throws WeightsError, EditError */
export async function inspectWeights(path: string): Promise<WeightsReport> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false
  const whole = isFolder ? await findModelFolder(path).catch((error: Error) => error) : undefined
  if (whole instanceof Error && (await isMeantWhole(path))) throw whole
  if (whole === undefined || whole instanceof Error) {
    const part = await inspectPart(path).catch((error: unknown) => {
      // For a folder that is not a single part, the missing parts are more informative.
      throw whole ?? error
    })
    return { path, parts: [part] }
  }
  const family = familyOf(whole)
  const { variant, parts } = await family.inspect(whole)
  return { path, family: family.title, ...(variant !== undefined && { variant }), parts }
}

/** Whether a folder is meant to be a model, though parts of it may be missing, and not one part of weights. */
async function isMeantWhole(folder: string): Promise<boolean> {
  if (await isCheckpointFolder(folder)) return true
  const listing = await listFolder(folder)
  return families.some((family) => family.recognises(listing))
}
