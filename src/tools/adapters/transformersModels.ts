import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Mask, Picture } from '../../image/index.ts'
import type { Box, Detection, Plane, TextLine } from '../tool.ts'
import { florenceDetections, florenceLines, florenceTags, florenceTasks } from './florence2.ts'
import {
  type LibraryTensor,
  loadTransformers,
  type Options,
  type Processor,
  type SegmenterModel,
  type Transformers,
  transformersFolder,
} from './loadTransformers.ts'
import { isMetric, nearnessOf } from './nearness.ts'

/** A model as it is configured. */
export interface ModelChoice {
  /** A repository as `owner/name`, or a folder. */
  readonly model: string
  readonly dtype?: string | undefined
}

/** What the tools' process does with the library: a method for each job. */
export interface TransformersModels {
  detect(choice: ModelChoice, picture: Picture): Promise<readonly Detection[]>
  tag(choice: ModelChoice, picture: Picture): Promise<ReturnType<typeof florenceTags>>
  read(choice: ModelChoice, picture: Picture): Promise<readonly TextLine[]>
  segment(choice: ModelChoice, picture: Picture, box: Box): Promise<Mask>
  depth(choice: ModelChoice, picture: Picture): Promise<Plane>
}

/** Opens the library; models are loaded by the first call that needs them, and kept. */
export function openTransformersModels(
  tools: string,
  env: Readonly<Record<string, string | undefined>>,
): TransformersModels {
  let library: Promise<Transformers> | undefined
  const models = new Map<string, Promise<unknown>>()

  const load = async <T>(
    choice: ModelChoice,
    open: (library: Transformers, name: string, options: Options) => Promise<T>,
    job: string,
  ): Promise<T> => {
    const key = JSON.stringify([job, choice])
    const there = models.get(key) as Promise<T> | undefined
    if (there) return await there
    library ??= configured(tools, env)
    const opening = openModel(await library, choice, open)
    models.set(key, opening)
    // A model that did not load may do so the next time, when the connection is back.
    opening.catch(() => models.delete(key))
    return await opening
  }

  const florence = async (
    choice: ModelChoice,
    picture: Picture,
    task: keyof typeof florenceTasks,
  ): Promise<string> => {
    const { model, processor } = await load(choice, openFlorence, 'florence2')
    const { RawImage } = await (library as Promise<Transformers>)
    const inputs = await processor(
      rawImage(RawImage, picture),
      processor.construct_prompts(florenceTasks[task]),
    )
    const ids = await model.generate({ ...inputs, max_new_tokens: 1024, num_beams: 1, do_sample: false })
    return processor.batch_decode(ids, { skip_special_tokens: false })[0] ?? ''
  }

  return {
    detect: async (choice, picture) =>
      florenceDetections(await florence(choice, picture, 'detector'), picture),
    tag: async (choice, picture) => florenceTags(await florence(choice, picture, 'tagger')),
    read: async (choice, picture) => florenceLines(await florence(choice, picture, 'ocr'), picture),
    async segment(choice, picture, box) {
      const segmenter = await load(choice, openSegmenter, 'segmenter')
      const { RawImage } = await (library as Promise<Transformers>)
      return await segmentBox(segmenter, rawImage(RawImage, picture), picture, box)
    },
    async depth(choice, picture) {
      const estimate = await load(
        choice,
        ({ pipeline }, name, options) => pipeline('depth-estimation', name, options),
        'depth',
      )
      const { RawImage } = await (library as Promise<Transformers>)
      const { predicted_depth } = await estimate(rawImage(RawImage, picture))
      const plane = {
        width: picture.width,
        height: picture.height,
        data: predicted_depth.data as Float32Array,
      }
      return nearnessOf(plane, isMetric(estimate.model.config))
    },
  }
}

async function configured(
  tools: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Transformers> {
  const library = await loadTransformers(tools)
  library.env.cacheDir = join(transformersFolder(tools), 'models')
  if (env.HF_ENDPOINT) library.env.remoteHost = `${env.HF_ENDPOINT.replace(/\/+$/, '')}/`
  // Its warnings are about speed and go to where nobody reads them.
  library.env.logLevel = 40
  return library
}

/** A folder is read from disk and nothing else; anything else is a repository, downloaded once. */
async function openModel<T>(
  library: Transformers,
  { model, dtype = 'fp32' }: ModelChoice,
  open: (library: Transformers, name: string, options: Options) => Promise<T>,
): Promise<T> {
  const isFolder = existsSync(join(model, 'config.json'))
  if (isFolder) library.env.localModelPath = dirname(resolve(model))
  try {
    return await open(library, isFolder ? basename(resolve(model)) : model, {
      dtype,
      device: 'cpu',
      local_files_only: isFolder,
    })
  } catch (error) {
    const { message, cause } = error as Error
    const reason = cause instanceof Error ? `${message}: ${cause.message}` : message
    throw new Error(
      `the model '${model}' (${dtype}) does not load: ${reason.split('\n')[0]}; expected a repository that can be reached, or a folder with config.json and onnx/`,
    )
  }
}

async function openFlorence(library: Transformers, name: string, options: Options) {
  const model = await library.Florence2ForConditionalGeneration.from_pretrained(name, { ...options })
  return { model, processor: await library.AutoProcessor.from_pretrained(name, { ...options }) }
}

interface Segmenter {
  readonly model: SegmenterModel
  readonly processor: Processor
}

async function openSegmenter(library: Transformers, name: string, options: Options): Promise<Segmenter> {
  // Exports of SAM-2 call themselves sam2, sam2_video or edgetam; all run as images by the same class.
  const { model_type = '' } = await library.AutoConfig.from_pretrained(name, { ...options })
  const Model = model_type === 'sam' ? library.SamModel : library.Sam2Model
  const model = await Model.from_pretrained(name, { ...options })
  return { model, processor: await library.AutoProcessor.from_pretrained(name, { ...options }) }
}

/**
 * The mask of the thing in a box: of the model's three guesses the one of which it is surest, as a probability. Exports of
 * SAM that take no boxes get points: its middle is in, what lies just outside of its corners is not.
 */
async function segmentBox(
  { model, processor }: Segmenter,
  image: object,
  { width, height }: Picture,
  box: Box,
): Promise<Mask> {
  const { x, y, width: w, height: h } = cutTo(box, width, height)
  if (w <= 0 || h <= 0) return { width, height, data: new Uint8Array(width * height) }
  const takesBoxes = model.sessions.prompt_encoder_mask_decoder?.inputNames.includes('input_boxes') === true
  const middle = [x + w / 2, y + h / 2]
  const margin = Math.max(2, 0.06 * Math.max(w, h))
  const around = [
    [x - margin, y - margin],
    [x + w + margin, y - margin],
    [x + w + margin, y + h + margin],
    [x - margin, y + h + margin],
  ].filter(
    ([px, py]) =>
      (px as number) >= 0 && (py as number) >= 0 && (px as number) < width && (py as number) < height,
  )
  const prompts = takesBoxes
    ? { input_boxes: [[[x, y, x + w, y + h]]], input_points: [[[middle]]], input_labels: [[[1]]] }
    : { input_points: [[[middle, ...around]]], input_labels: [[[1, ...around.map(() => 0)]]] }
  const inputs = await processor(image, prompts)
  const { pred_masks, iou_scores } = await model(inputs)
  const [masks] = await processor.post_process_masks(
    pred_masks,
    inputs.original_sizes,
    inputs.reshaped_input_sizes,
    {
      binarize: false,
    },
  )
  const mask = bestMask(masks as LibraryTensor, iou_scores.data as Float32Array, width, height)
  // What lies outside of the box is some other thing.
  const inside = (i: number): boolean => {
    const [column, row] = [i % width, Math.floor(i / width)]
    return column + 1 > x && column < x + w && row + 1 > y && row < y + h
  }
  return { ...mask, data: mask.data.map((level, i) => (inside(i) ? level : 0)) }
}

/** The part of a box that lies within the picture. */
function cutTo({ x, y, width, height }: Box, most: number, highest: number): Box {
  const [left, top] = [Math.max(0, x), Math.max(0, y)]
  return {
    x: left,
    y: top,
    width: Math.min(most, x + width) - left,
    height: Math.min(highest, y + height) - top,
  }
}

/** Of masks [1, n, h, w] in logits the one with the highest score, as coverage. */
export function bestMask(
  { data }: Pick<LibraryTensor, 'data'>,
  scores: Float32Array,
  width: number,
  height: number,
): Mask {
  const best = scores.indexOf(Math.max(...scores))
  const logits = (data as Float32Array).subarray(best * width * height, (best + 1) * width * height)
  return { width, height, data: Uint8Array.from(logits, (logit) => Math.round(255 / (1 + Math.exp(-logit)))) }
}

const rawImage = (RawImage: Transformers['RawImage'], { data, width, height }: Picture): object =>
  new RawImage(data, width, height, 3)
