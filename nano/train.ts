/*
 * Makes Pentimento-nano from nothing: `npm run nano:train -- [workspace]`.
 *
 * Every part leaves its result in the workspace and is not made again; a part that was broken off goes on where it was.
 * Ctrl-C saves and stops; the same line goes on.
 *
 * `npm run nano:train -- [workspace] --from models/nano --after 20-settle` goes on from a model whose workspace is gone:
 * its reader and autoencoder stay, and the phases of the recipe that follow the named one train its transformer.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type EditParts, openParts } from 'pentimento/edit'
import { writeFileWhole } from 'pentimento/files'
import { dataOf, type TensorValue } from 'pentimento/graph'
import { type Picture, toPlanes } from 'pentimento/image'
import { openRuntime } from 'pentimento/onnx'
import { MetricsFile, TrainError, train } from 'pentimento/train'
import { isFloatDType, openCheckpoint, readAll, toFloat32, writeAll } from 'pentimento/weights'
import { packagedCutouts } from '../examples/dataset-sources.ts'
import { basisOfWeights, projectionWeights } from './autoencoder.ts'
import { makeDataset } from './dataset.ts'
import { makeEncoder } from './encoder.ts'
import { NanoData } from './examples.ts'
import { encoderFolder, writeNano } from './folder.ts'
import { type NamedCutout, readCutouts } from './pasted.ts'
import { colourMaps, type PatchBasis, type PatchDirections, PatchMoments, quarterMaps } from './pca.ts'
import { type Phase, phases } from './recipe.ts'
import { nanoAutoencoder, nanoModel } from './sizes.ts'
import { firstWeights } from './transformer.ts'
import { differentSources, type LoadedTriplet, loadTriplets, unchanged } from './triplets.ts'

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: { from: { type: 'string' }, after: { type: 'string' } },
})
const workspace = resolve(
  positionals[0] ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pentimento', 'nano'),
)
const result = fileURLToPath(new URL('../models/nano', import.meta.url))
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
process.once('SIGTERM', () => stop.abort())

const place = (...names: readonly string[]): string => join(workspace, ...names)
const say = (text: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`)

/** The tensors of a file, as f32. */
async function readFile(file: string): Promise<Record<string, TensorValue>> {
  const checkpoint = await openCheckpoint(file)
  try {
    const values: Record<string, TensorValue> = {}
    for (const path of checkpoint.paths()) {
      const { dtype, shape } = checkpoint.describe(path)!
      if (!isFloatDType(dtype))
        throw new TrainError('input', `${file}: ${path}: expected floats, got ${dtype}`)
      values[path] = { dtype: 'f32', shape, data: toFloat32(await checkpoint.read(path), dtype) }
    }
    return values
  } finally {
    await checkpoint.close()
  }
}

/** The basis of the autoencoder, from the source pictures. */
async function basisOf(pictures: readonly Picture[]): Promise<PatchBasis> {
  const file = place('basis.safetensors')
  const { latentChannels: count, patch } = nanoAutoencoder
  if (!existsSync(file)) {
    const moments = new PatchMoments(patch)
    for (const picture of pictures) moments.add(toPlanes(picture).data as Float32Array, picture)
    const { directions, variances } = moments.basis(count)
    const values = new Map<string, TensorValue>([
      ['directions', { dtype: 'f32', shape: [count, 3 * patch * patch], data: directions }],
      ['variances', { dtype: 'f32', shape: [count], data: Float32Array.from(variances) }],
    ])
    await writeAll(file, values)
  }
  const { directions, variances } = await readFile(file)
  return {
    patch,
    count,
    directions: dataOf(directions!, 'f32'),
    variances: Float64Array.from(dataOf(variances!, 'f32')),
  }
}

/** The model before the first phase. */
interface StartingModel {
  readonly basis: PatchDirections
  readonly autoencoder: Readonly<Record<string, TensorValue>>
  readonly transformer: Readonly<Record<string, TensorValue>>
  /** Folder of the reader of instructions. */
  readonly encoder: string
}

/** What each phase is trained on. */
interface PhaseData extends Pick<StartingModel, 'basis'> {
  readonly parts: EditParts
  readonly triplets: readonly LoadedTriplet[]
  readonly backgrounds: readonly Picture[]
  readonly cutouts: readonly NamedCutout[]
}

/** The wanted phases one after another. @returns the weights after the last one */
async function trainTransformer(
  wanted: readonly Phase[],
  triplets: readonly LoadedTriplet[],
  { basis, transformer }: StartingModel,
): Promise<Readonly<Record<string, TensorValue>>> {
  const backgrounds = differentSources(triplets.filter(({ kind }) => kind === 'tone_transfer'))
  const cutouts = (await Promise.all((await packagedCutouts()).map(({ path }) => readCutouts(path)))).flat()
  say(`${cutouts.length} things to paste into ${backgrounds.length} pictures`)
  const parts = await openParts(place('start'))
  try {
    let weights = transformer
    for (const phase of wanted) {
      const before = weights
      weights = await once(phase.name, () =>
        trainPhase(phase, before, { parts, triplets, backgrounds, cutouts, basis }),
      )
    }
    return weights
  } finally {
    await parts.close()
  }
}

/** The phases that follow the named one, or all of them. @throws TrainError */
function phasesAfter(name: string | undefined): readonly Phase[] {
  if (name === undefined) return phases
  if (given.from === undefined)
    throw new TrainError('input', `--after: expected --from with the model that '${name}' left, got none`)
  const names = phases.map((phase) => phase.name)
  if (!names.includes(name))
    throw new TrainError('input', `--after: expected one of ${names.join(', ')}, got '${name}'`)
  return phases.slice(names.indexOf(name) + 1)
}

async function trainPhase(
  { name, options, ...drawn }: Phase,
  before: Readonly<Record<string, TensorValue>>,
  { parts, triplets, basis, ...others }: PhaseData,
): Promise<ReadonlyMap<string, TensorValue>> {
  const used = triplets.filter(({ kind }) => drawn.shares[kind] !== undefined)
  const shown = [...used, ...unchanged(used)]
  const ingredients = { triplets: shown, ...others, options: { ...drawn, seed: 0 } }
  const data = await NanoData.open(ingredients, parts, { basis, identity: name })
  let metrics: MetricsFile | undefined
  try {
    const { weights } = await train(
      {
        runtime: parts.runtime,
        model: { config: parts.config, variant: parts.variant, source: parts.transformer },
        data,
        initial: new Map(Object.entries(before)),
        options,
        states: place('states', name),
        resume: true,
      },
      {
        signal: stop.signal,
        onStart: async ({ step }) => {
          metrics = await MetricsFile.open(place(`${name}.jsonl`), step)
        },
        onStep: async (metric) => {
          await metrics?.add(metric)
          const { step, steps, smoothedLoss, samplesPerSecond, secondsLeft } = metric
          if (step % 20 === 0)
            say(
              `${name}: step ${step}/${steps}, loss ${smoothedLoss.toFixed(4)}, ${samplesPerSecond.toFixed(1)} triplets/s, about ${(secondsLeft / 60).toFixed(0)} min left`,
            )
        },
      },
    )
    return new Map(Object.entries(weights))
  } finally {
    await data.close()
  }
}

/** The dataset's export, which is made where it is not complete. */
async function tripletsOf(): Promise<readonly LoadedTriplet[]> {
  const [exported, complete] = [place('data', 'exports', 'webdataset'), place('data.complete')]
  if (!existsSync(complete)) {
    if ((await makeDataset(place('data'))) !== 0)
      throw new TrainError('cancelled', 'dataset: stopped; the same line goes on')
    await writeFileWhole(complete, '')
  }
  say(`reading ${exported}`)
  const triplets = await loadTriplets(exported)
  const counts = new Map<string, number>()
  for (const { kind } of triplets) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  say(`${triplets.length} triplets: ${[...counts].map(([kind, count]) => `${kind} ${count}`).join(', ')}`)
  return triplets
}

/** What a part makes, from its file where it was made before. */
async function once(
  name: string,
  make: () => Promise<ReadonlyMap<string, TensorValue>>,
): Promise<Readonly<Record<string, TensorValue>>> {
  const file = place(`${name}.safetensors`)
  if (!existsSync(file)) await writeAll(file, await make())
  return readFile(file)
}

/** A model from nothing: basis and reader are made of the pictures where they are not there yet. */
async function newModel(sources: readonly Picture[]): Promise<StartingModel> {
  const basis = await basisOf(sources)
  const encoder = place(encoderFolder)
  if (!existsSync(encoder)) {
    const runtime = await openRuntime()
    await makeEncoder(runtime, encoder, {
      photos: sources,
      states: place('states', 'encoder'),
      signal: stop.signal,
      onStep: (part, step, loss) => {
        if (step % 20 === 0) say(`encoder, ${part}: step ${step}, loss ${loss.toFixed(3)}`)
      },
    })
    await runtime.close()
  }
  const deviations = Array.from(basis.variances, Math.sqrt)
  const maps = new Float32Array([...colourMaps(basis), ...quarterMaps(basis)])
  const transformer = await readAll(firstWeights(nanoModel, { deviations, maps, seed: 0 }))
  return {
    basis,
    encoder,
    autoencoder: Object.fromEntries(projectionWeights(nanoAutoencoder, basis)),
    transformer: Object.fromEntries(transformer),
  }
}

/** A model that was made before. */
async function madeModel(folder: string): Promise<StartingModel> {
  const autoencoder = await readFile(join(folder, 'vae.safetensors'))
  return {
    basis: basisOfWeights(nanoAutoencoder, autoencoder),
    encoder: join(folder, encoderFolder),
    autoencoder,
    transformer: await readFile(join(folder, 'step1x-edit-nano.safetensors')),
  }
}

async function main(): Promise<void> {
  const wanted = phasesAfter(given.after)
  mkdirSync(workspace, { recursive: true })
  const triplets = await tripletsOf()
  const start =
    given.from === undefined
      ? await newModel(differentSources(triplets))
      : await madeModel(resolve(given.from))
  const { autoencoder, encoder, transformer } = start
  if (!existsSync(place('start')))
    await writeNano(place('start'), { transformer, autoencoder, encoder }, 'f32')
  const trained = await trainTransformer(wanted, triplets, start)
  await writeNano(result, { transformer: trained, autoencoder, encoder })
  say(`written: ${result}`)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof TrainError)) throw error
  say(error.message)
  process.exitCode = error.code === 'cancelled' ? 130 : 1
}
