import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TensorValue } from '../graph/index.ts'
import { openCheckpoint, readAll, writeAll } from '../weights/index.ts'
import type { AdamWState } from './adamw.ts'
import { TrainError } from './error.ts'

/** All that a run needs to go on after a step as if it had never stopped. */
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
  /** What must be the same when the run goes on. */
  readonly fingerprint: Readonly<Record<string, string | number | boolean>>
}

const folderName = (step: number): string => `step-${String(step).padStart(8, '0')}`
const folderPattern = /^step-(\d{8,})$/

/**
 * Writes a state into a folder of its own below `folder`, which appears whole or not at all, and removes older ones
 * but the last `keep`. @returns the state's folder
 */
export async function saveState(folder: string, state: TrainingState, keep: number): Promise<string> {
  const target = join(folder, folderName(state.step))
  const part = join(folder, `.${folderName(state.step)}.part`)
  await rm(part, { recursive: true, force: true })
  await mkdir(part, { recursive: true })
  await writeAll(join(part, 'weights.safetensors'), new Map(Object.entries(state.weights)))
  const { steps, mean, square } = state.optimizer
  const moments = new Map([...prefixed('mean.', mean), ...prefixed('square.', square)])
  await writeAll(join(part, 'optimizer.safetensors'), moments)
  if (state.average) await writeAll(join(part, 'average.safetensors'), new Map(Object.entries(state.average)))
  const json = { format: 1, step: state.step, optimizerSteps: steps, ...state.record }
  await writeDurable(join(part, 'state.json'), `${JSON.stringify(json, null, 2)}\n`)
  // A state of this step may be there from a run that stopped between here and its next save.
  await rm(target, { recursive: true, force: true })
  await rename(part, target)
  const old = (await savedSteps(folder)).slice(0, -Math.max(1, keep))
  for (const step of old) await rm(join(folder, folderName(step)), { recursive: true, force: true })
  return target
}

/** Steps of which there is a state, in order. */
async function savedSteps(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .flatMap((name) => folderPattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

/** The newest state below a folder, if there is one. @throws TrainError when it is damaged */
export async function loadState(folder: string): Promise<TrainingState | undefined> {
  const step = (await savedSteps(folder)).at(-1)
  if (step === undefined) return undefined
  const place = join(folder, folderName(step))
  try {
    const json = JSON.parse(await readFile(join(place, 'state.json'), 'utf8')) as StateRecord & {
      format: number
      step: number
      optimizerSteps: number
    }
    const { format, step: said, optimizerSteps, ...record } = json
    if (format !== 1 || said !== step) throw new Error(`state.json is of format ${format}, step ${said}`)
    const moments = await readTensors(join(place, 'optimizer.safetensors'))
    const names = await readdir(place)
    return {
      step,
      record,
      weights: await readTensors(join(place, 'weights.safetensors')),
      optimizer: {
        steps: optimizerSteps,
        mean: below('mean.', moments),
        square: below('square.', moments),
      },
      average: names.includes('average.safetensors')
        ? await readTensors(join(place, 'average.safetensors'))
        : undefined,
    }
  } catch (error) {
    throw new TrainError(
      'state',
      `${place}: cannot be read (${(error as Error).message}); remove this folder to go on from the one before`,
      { cause: error },
    )
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

async function writeDurable(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
