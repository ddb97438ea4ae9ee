import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Picture } from 'pentimento/image'
import { encodeModel, type ModelNode, type ModelTensor, type ModelValueInfo } from 'pentimento/onnx'

/**
 * Models of a few bytes in the layout that transformers.js expects, to try how real ones are loaded, fed and read: what they
 * "see" is the brightness of the picture.
 */
export interface TinyModel {
  readonly files: Readonly<Record<string, Uint8Array | string>>
}

/** Writes a model to a folder. */
export async function writeTinyModel({ files }: TinyModel, folder: string): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
}

type Step = readonly [
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: ModelNode['attributes'],
]

interface Parts {
  readonly inputs: readonly ModelValueInfo[]
  readonly outputs: readonly ModelValueInfo[]
  readonly constants?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: Float32Array | BigInt64Array }>
  >
  readonly steps: readonly Step[]
}

function onnx({ inputs, outputs, constants = {}, steps }: Parts): Uint8Array {
  const initializers = Object.entries(constants).map(
    ([name, { shape, data }]): ModelTensor => ({
      name,
      dtype: data instanceof Float32Array ? 'f32' : 'i64',
      shape,
      data: { bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) },
    }),
  )
  const nodes = steps.map(
    ([op, from, to, attributes = {}], i): ModelNode => ({
      name: `node${i}`,
      op,
      domain: '',
      inputs: from,
      outputs: to,
      attributes,
    }),
  )
  return encodeModel({ inputs, outputs, initializers, nodes, values: [], hostNodes: [] })
}

const f32 = (name: string, ...shape: readonly (number | string)[]): ModelValueInfo => ({
  name,
  dtype: 'f32',
  shape,
})
const i64 = (name: string, ...shape: readonly (number | string)[]): ModelValueInfo => ({
  name,
  dtype: 'i64',
  shape,
})
const pixels = f32('pixel_values', 'batch', 3, 'height', 'width')
const axis = { one: { shape: [1], data: BigInt64Array.of(1n) } }

/** A matting network such as BiRefNet: what is brighter than the mean of ImageNet is the subject; `coarse` comes first. */
export function tinyMatting(side: number): TinyModel {
  const map = (name: string) => f32(name, 1, 1, side, side)
  return {
    files: {
      'model.onnx': onnx({
        inputs: [f32('input_image', 1, 3, side, side)],
        outputs: [map('coarse'), map('output_image')],
        constants: {
          ...axis,
          ten: { shape: [1], data: Float32Array.of(10) },
          none: { shape: [1], data: Float32Array.of(0) },
        },
        steps: [
          ['ReduceMean', ['input_image', 'one'], ['bright'], { keepdims: 1 }],
          ['Mul', ['bright', 'none'], ['coarse']],
          ['Mul', ['bright', 'ten'], ['output_image']],
        ],
      }),
    },
  }
}

/** A flow network such as RAFT: to the right by how much brighter, down by how much darker a pixel becomes, in levels. */
export function tinyFlow(): TinyModel {
  const image = (name: string) => f32(name, 1, 3, 'height', 'width')
  const field = f32('flow_up', 1, 2, 'height', 'width')
  return {
    files: {
      'model.onnx': onnx({
        inputs: [image('image1'), image('image2')],
        outputs: [field],
        constants: axis,
        steps: [
          ['Sub', ['image2', 'image1'], ['change']],
          ['ReduceMean', ['change', 'one'], ['brighter'], { keepdims: 1 }],
          ['Neg', ['brighter'], ['darker']],
          ['Concat', ['brighter', 'darker'], ['flow_up'], { axis: 1 }],
        ],
      }),
    },
  }
}

/** Depth is brightness: bright is near for a model of inverse depth, far for a metric one. */
export function tinyDepth(metric: boolean): TinyModel {
  return {
    files: {
      'config.json': JSON.stringify({
        model_type: 'depth_anything',
        architectures: ['DepthAnythingForDepthEstimation'],
        ...(metric && { depth_estimation_type: 'metric' }),
      }),
      'preprocessor_config.json': JSON.stringify({
        image_processor_type: 'DPTImageProcessor',
        do_resize: false,
        do_normalize: false,
        do_rescale: true,
        rescale_factor: 1 / 255,
      }),
      'onnx/model.onnx': onnx({
        inputs: [pixels],
        outputs: [f32('predicted_depth', 'batch', 'height', 'width')],
        constants: axis,
        steps: [['ReduceMean', ['pixel_values', 'one'], ['predicted_depth'], { keepdims: 0 }]],
      }),
    },
  }
}

/**
 * The mask of what is bright, as the second of three guesses. SAM-2's exports take boxes; those of SAM take points
 * alone.
 */
export function tinySegmenter(kind: 'sam' | 'sam2'): TinyModel {
  const side = 64
  const levels =
    kind === 'sam2'
      ? [0, 1, 2].map((i) => `image_embeddings.${i}`)
      : ['image_embeddings', 'image_positional_embeddings']
  const embedding = (name: string) => f32(name, 'batch', 1, side, side)
  const scores = { shape: [1, 1, 3], data: Float32Array.of(0.2, 0.9, 0.4) }
  return {
    files: {
      'config.json': JSON.stringify({
        model_type: kind,
        architectures: [kind === 'sam' ? 'SamModel' : 'Sam2Model'],
        vision_config: { num_feature_levels: 3 },
      }),
      'preprocessor_config.json': JSON.stringify({
        image_processor_type: 'SamImageProcessor',
        processor_class: 'SamProcessor',
        do_resize: true,
        do_rescale: true,
        do_normalize: false,
        do_pad: true,
        size: { longest_edge: side },
        pad_size: { width: side, height: side },
      }),
      'onnx/vision_encoder.onnx': onnx({
        inputs: [f32('pixel_values', 'batch', 3, side, side)],
        outputs: levels.map(embedding),
        constants: axis,
        steps: [
          ['ReduceMean', ['pixel_values', 'one'], ['bright'], { keepdims: 1 }],
          ...levels.map((name): Step => ['Identity', ['bright'], [name]]),
        ],
      }),
      'onnx/prompt_encoder_mask_decoder.onnx': onnx({
        inputs: [
          ...levels.map(embedding),
          f32('input_points', 'batch', 1, 'points', 2),
          i64('input_labels', 'batch', 1, 'points'),
          ...(kind === 'sam2' ? [f32('input_boxes', 'batch', 'boxes', 4)] : []),
        ],
        outputs: [f32('pred_masks', 'batch', 1, 3, side, side), f32('iou_scores', 1, 1, 3)],
        constants: {
          ...axis,
          scores,
          half: { shape: [], data: Float32Array.of(0.5) },
          gain: { shape: [], data: Float32Array.of(20) },
        },
        steps: [
          ['Unsqueeze', [levels[0] as string, 'one'], ['bright']],
          ['Sub', ['bright', 'half'], ['centred']],
          ['Mul', ['centred', 'gain'], ['logits']],
          ['Neg', ['logits'], ['opposite']],
          ['Concat', ['opposite', 'logits', 'opposite'], ['pred_masks'], { axis: 2 }],
          ['Identity', ['scores'], ['iou_scores']],
        ],
      }),
    },
  }
}

/** Florence-2 that says one sentence, token by token: each token is chosen by the one before. */
export function tinyFlorence(sentence: readonly string[]): TinyModel {
  const words = ['<s>', '<pad>', '</s>', '<unk>', ...new Set(sentence)]
  const size = words.length
  const one = (row: number, column: number): number => (row === column ? 1 : 0)
  const square = (of: (row: number, column: number) => number) => ({
    shape: [size, size],
    data: Float32Array.from({ length: size * size }, (_, i) => of(Math.floor(i / size), i % size)),
  })
  const chain = ['</s>', ...sentence, '</s>'].map((word) => words.indexOf(word))
  const next = new Map(chain.slice(0, -1).map((from, i) => [from, chain[i + 1] as number]))
  const caches = ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value']
  const cache = (name: string) => f32(name, 'batch', 1, 'past', 1)
  const language = {
    model_type: 'florence2_language',
    is_encoder_decoder: true,
    encoder_layers: 1,
    decoder_layers: 1,
    encoder_attention_heads: 1,
    decoder_attention_heads: 1,
    d_model: 1,
    vocab_size: size,
  }
  const special = { bos_token_id: 0, pad_token_id: 1, eos_token_id: 2, decoder_start_token_id: 2 }
  const added = words.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: id < 4,
  }))
  return {
    files: {
      'config.json': JSON.stringify({
        model_type: 'florence2',
        architectures: ['Florence2ForConditionalGeneration'],
        is_encoder_decoder: true,
        ...special,
        text_config: { ...language, ...special },
        vision_config: {},
        vocab_size: size,
      }),
      'generation_config.json': JSON.stringify(special),
      'preprocessor_config.json': JSON.stringify({
        image_processor_type: 'CLIPImageProcessor',
        processor_class: 'Florence2Processor',
        do_resize: true,
        size: { width: 32, height: 32 },
        do_center_crop: false,
        do_normalize: false,
        task_prompts_without_inputs: {
          '<OD>': 'Find',
          '<OCR_WITH_REGION>': 'Read',
          '<DENSE_REGION_CAPTION>': 'Tag',
        },
        task_prompts_with_input: {},
      }),
      'tokenizer_config.json': JSON.stringify({
        tokenizer_class: 'PreTrainedTokenizer',
        bos_token: '<s>',
        eos_token: '</s>',
        pad_token: '<pad>',
        unk_token: '<unk>',
      }),
      'tokenizer.json': JSON.stringify({
        version: '1.0',
        added_tokens: added,
        normalizer: null,
        pre_tokenizer: { type: 'Whitespace' },
        post_processor: null,
        decoder: null,
        model: {
          type: 'WordLevel',
          unk_token: '<unk>',
          vocab: Object.fromEntries(words.map((word, i) => [word, i])),
        },
      }),
      'onnx/embed_tokens.onnx': onnx({
        inputs: [i64('input_ids', 'batch', 'tokens')],
        outputs: [f32('inputs_embeds', 'batch', 'tokens', size)],
        constants: { table: square(one) },
        steps: [['Gather', ['table', 'input_ids'], ['inputs_embeds']]],
      }),
      'onnx/vision_encoder.onnx': onnx({
        inputs: [pixels],
        outputs: [f32('image_features', 'batch', 1, size)],
        constants: {
          axes: { shape: [3], data: BigInt64Array.of(1n, 2n, 3n) },
          two: { shape: [1], data: BigInt64Array.of(2n) },
          shape: { shape: [3], data: BigInt64Array.of(1n, 1n, BigInt(size)) },
        },
        steps: [
          ['ReduceMean', ['pixel_values', 'axes'], ['mean'], { keepdims: 0 }],
          ['Expand', ['mean', 'shape'], ['image_features']],
        ],
      }),
      'onnx/encoder_model.onnx': onnx({
        inputs: [f32('inputs_embeds', 'batch', 'tokens', size), i64('attention_mask', 'batch', 'tokens')],
        outputs: [f32('last_hidden_state', 'batch', 'tokens', size)],
        steps: [['Identity', ['inputs_embeds'], ['last_hidden_state']]],
      }),
      'onnx/decoder_model_merged.onnx': onnx({
        inputs: [
          f32('inputs_embeds', 'batch', 'tokens', size),
          i64('encoder_attention_mask', 'batch', 'seen'),
          f32('encoder_hidden_states', 'batch', 'seen', size),
          ...caches.map((name) => cache(`past_key_values.0.${name}`)),
          { name: 'use_cache_branch', dtype: 'bool', shape: [1] },
        ],
        outputs: [
          f32('logits', 'batch', 'tokens', size),
          ...caches.map((name) => cache(`present.0.${name}`)),
        ],
        constants: { chain: square((row, column) => (next.get(row) === column ? 10 : 0)) },
        steps: [
          ['MatMul', ['inputs_embeds', 'chain'], ['logits']],
          ...caches.map((name): Step => ['Identity', [`past_key_values.0.${name}`], [`present.0.${name}`]]),
        ],
      }),
    },
  }
}

/** What the models are shown: dark, with a bright square from (12, 8) to (28, 24). */
export const squarePicture: Picture = {
  width: 48,
  height: 32,
  data: Uint8Array.from({ length: 3 * 48 * 32 }, (_, i) => (isInSquare(Math.floor(i / 3)) ? 200 : 20)),
}

/** Whether the pixel of this number, row by row, lies in the square of {@link squarePicture}. */
export function isInSquare(pixel: number): boolean {
  const [x, y] = [pixel % 48, Math.floor(pixel / 48)]
  return x >= 12 && x < 28 && y >= 8 && y < 24
}
