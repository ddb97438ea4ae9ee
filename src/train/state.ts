import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileWhole, writeFolderWhole } from '../files/index.ts'
import type { TensorValue } from '../graph/index.ts'
import { openCheckpoint, readAll, writeAll } from '../weights/index.ts'
import type { AdamWState } from './adamw.ts'
import { TrainError } from './error.ts'
import type { Fingerprint } from './options.ts'

/** Everything a run needs to continue exactly after a step. */
export interface TrainingState {
  readonly step: number
  readonly weights: Readonly<Record<string, TensorValue>>
  readonly optimizer: AdamWState
  readonly average: Readonly<Record<string, TensorValue>> | undefined
  readonly record: StateRecord
}

/** The part of a state that is no tensor. */
export interface StateRecord {
  /** Batches taken from the order of the data; also the place of all random numbers. */
  readonly batches: number
  readonly seed: number
  /** Running mean of the loss, and the lowest that it was. */
  readonly smoothedLoss: number | null
  readonly lowestLoss: number | null
  /** The settings that a resumed run must share. */
  readonly fingerprint: Fingerprint
}

const folderName = (step: number): string => `step-${String(step).padStart(8, '0')}`
const folderPattern = /^step-(\d{8,})$/

/**
 * Writes a state atomically into a new folder below `folder`, and removes all but the last `keep`. @returns the state's
 * folder
 */
export async function saveState(folder: string, state: TrainingState, keep: number): Promise<string> {
  const target = join(folder, folderName(state.step))
  const { steps, mean, square } = state.optimizer
  const moments = new Map([...prefixed('mean.', mean), ...prefixed('square.', square)])
  const json = { format: 1, step: state.step, optimizerSteps: steps, ...state.record }
  // A state of this step may be there from a run that stopped between here and its next save.
  await writeFolderWhole(target, async (part) => {
    await writeAll(join(part, 'weights.safetensors'), new Map(Object.entries(state.weights)))
    await writeAll(join(part, 'optimizer.safetensors'), moments)
    if (state.average)
      await writeAll(join(part, 'average.safetensors'), new Map(Object.entries(state.average)))
    await writeFileWhole(join(part, 'state.json'), `${JSON.stringify(json, null, 2)}\n`)
  })
  const old = (await savedSteps(folder)).slice(0, -Math.max(1, keep))
  for (const step of old) await rm(join(folder, folderName(step)), { recursive: true, force: true })
  return target
}

/** Steps of which there is a state, in order. */
async function savedSteps(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new TrainError('state', `${folder}: cannot be read (${error.code}); expected a folder of states`, {
      cause: error,
    })
  })
  return names
    .flatMap((name) => folderPattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

/** Step and fingerprint of the newest state below a folder, if there is one. @throws TrainError when it is damaged */
export async function readSavedRun(
  folder: string,
): Promise<{ readonly step: number; readonly fingerprint: Fingerprint } | undefined> {
  const step = (await savedSteps(folder)).at(-1)
  if (step === undefined) return undefined
  const { fingerprint } = await reading(folder, step, readRecord)
  return { step, fingerprint }
}

/** The newest state below a folder, if there is one. @throws TrainError when it is damaged */
export async function loadState(folder: string): Promise<TrainingState | undefined> {
  const step = (await savedSteps(folder)).at(-1)
  return step === undefined ? undefined : reading(folder, step, readState)
}

/** @throws TrainError that names the folder of the state and the way out */
async function reading<T>(
  folder: string,
  step: number,
  read: (place: string, step: number) => Promise<T>,
): Promise<T> {
  const place = join(folder, folderName(step))
  try {
    return await read(place, step)
  } catch (error) {
    throw new TrainError(
      'state',
      `${place}: cannot be read (${(error as Error).message}); remove this folder to resume from the previous state`,
      { cause: error },
    )
  }
}

interface RecordFile extends StateRecord {
  readonly format: number
  readonly step: number
  readonly optimizerSteps: number
}

async function readRecord(place: string, step: number): Promise<RecordFile> {
  const record = JSON.parse(await readFile(join(place, 'state.json'), 'utf8')) as RecordFile
  if (record.format !== 1 || record.step !== step)
    throw new Error(`state.json is of format ${record.format}, step ${record.step}`)
  return record
}

async function readState(place: string, step: number): Promise<TrainingState> {
  const { format: _, step: __, optimizerSteps, ...record } = await readRecord(place, step)
  const moments = await readTensors(join(place, 'optimizer.safetensors'))
  const names = await readdir(place)
  return {
    step,
    record,
    weights: await readTensors(join(place, 'weights.safetensors')),
    optimizer: { steps: optimizerSteps, mean: below('mean.', moments), square: below('square.', moments) },
    average: names.includes('average.safetensors')
      ? await readTensors(join(place, 'average.safetensors'))
      : undefined,
  }
}

async function readTensors(file: string): Promise<Record<string, TensorValue>> {
  const checkpoint = await openCheckpoint(file)
  try {
    return Object.fromEntries(await readAll(checkpoint))
  } finally {
    await checkpoint.close()
  }
}

function prefixed(
  prefix: string,
  values: Readonly<Record<string, TensorValue>>,
): (readonly [string, TensorValue])[] {
  return Object.entries(values).map(([path, value]) => [prefix + path, value] as const)
}

function below(prefix: string, values: Readonly<Record<string, TensorValue>>): Record<string, TensorValue> {
  const found = Object.entries(values).filter(([path]) => path.startsWith(prefix))
  return Object.fromEntries(found.map(([path, value]) => [path.slice(prefix.length), value]))
}
