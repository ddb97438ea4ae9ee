import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  bytesOf,
  cast,
  equal,
  Graph,
  gather,
  iota,
  logSoftmax,
  mul,
  neg,
  Parameters,
  program,
  reduceMean,
  reduceSum,
  type Tensor,
  type TensorValue,
  tensorValue,
  unsqueeze,
} from 'pentimento/graph'
import { bareSentences, cocoNouns, colours, joinPieces, phrasings } from 'pentimento/instructions'
import { parseQwenConfig, textLayers, textRotary } from 'pentimento/models'
import { openRuntime } from 'pentimento/onnx'
import { Random } from 'pentimento/random'
import { fitLoss } from 'pentimento/train'
import { initialize, normal, readAll, writeSafetensors } from 'pentimento/weights'
import { byteTokenizer } from './byteTokenizer.ts'

/* A language model from nothing: words of our own instructions, a Qwen2 of 2 layers, a minute's training in seconds. */

const objects = ['car', 'bench', 'umbrella', 'cup', 'dog', 'kite', 'boat', 'chair'] as const
const shades = ['red', 'blue', 'green', 'yellow', 'white', 'purple'] as const

/** Every sentence that our grammar has for these things and colours, whole ones of what is to be done. */
export function grammarSentences(): readonly string[] {
  const sentences = objects.flatMap((object) =>
    shades.flatMap((shade) => {
      const to = colours[shade]!
      const wording = phrasings.color_alter.en({ kind: 'color_alter', object: cocoNouns[object]!, to })
      return bareSentences(wording)
        .filter(({ order }) => order)
        .map(({ pieces }) => joinPieces(pieces))
    }),
  )
  return [...new Set(sentences)]
}

const end = '<|im_end|>'
const endToken = 700
const config = {
  model_type: 'qwen2',
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 768,
  max_position_embeddings: 64,
  tie_word_embeddings: true,
}
const sizes = parseQwenConfig(config)
const [batch, tokens] = [24, 16]

/** Trains the model on sentences, and writes it as a folder. @returns the losses of its steps */
export async function writeSentenceModel(
  folder: string,
  sentences: readonly string[],
  steps: number,
): Promise<readonly number[]> {
  const words = [...new Set(sentences.flatMap(wordsOf))].sort()
  const ids = new Map(words.map((word, i) => [word, 400 + i]))
  const texts = sentences.map((sentence) => wordsOf(sentence).map((word) => ids.get(word)!))
  const runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  try {
    const { parameters } = program({ loss: lossOf(new Parameters(new Graph())) })
    const initial = await readAll(
      initialize(parameters, { seed: 1, rule: (path) => (path.includes('embed') ? normal(0.1) : undefined) }),
    )
    const losses: number[] = []
    const { weights } = await fitLoss(
      {
        runtime,
        loss: lossOf,
        initial,
        batch: async (step) => batchOf(texts, new Random('sentences', step)),
        options: { steps, learningRate: 5e-3, warmup: 20, decayTo: 0.05, decay: 'cosine', divergence: 0 },
        fingerprint: 'sentences',
      },
      { onStep: ({ loss }) => losses.push(loss) },
    )
    await mkdir(folder, { recursive: true })
    await writeSafetensors(
      join(folder, 'model.safetensors'),
      Object.entries(weights).map(([name, value]) => ({
        name,
        dtype: 'F32' as const,
        shape: value.shape,
        data: bytesOf(value),
      })),
    )
    const tokenizer = byteTokenizer({ [end]: endToken }) as { added_tokens: object[] }
    const wordTokens = words.map((content) => addedWord(content, ids.get(content)!))
    const files = {
      'config.json': config,
      'tokenizer.json': { ...tokenizer, added_tokens: [...tokenizer.added_tokens, ...wordTokens] },
    }
    for (const [name, json] of Object.entries(files))
      await writeFile(join(folder, name), JSON.stringify(json))
    return losses
  } finally {
    await runtime.close()
  }
}

/** Words with the space before them. */
const wordsOf = (sentence: string): string[] => sentence.match(/ ?[^ ]+/g) ?? []

const addedWord = (content: string, id: number): object => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: false,
})

/** Sentences one after another, each after the sign of an end; a target is the next token. */
function batchOf(
  texts: readonly (readonly number[])[],
  random: Random,
): Readonly<Record<string, TensorValue>> {
  const rows = Array.from({ length: batch }, () => {
    const row = [endToken]
    while (row.length <= tokens) row.push(...random.pick(texts), endToken)
    return row.slice(0, tokens + 1)
  })
  return {
    ids: tensorValue(
      'i64',
      [batch, tokens],
      rows.flatMap((row) => row.slice(0, -1)),
    ),
    targets: tensorValue(
      'i64',
      [batch, tokens],
      rows.flatMap((row) => row.slice(1)),
    ),
  }
}

/** Mean cross-entropy of the next token, by the model that reads all tokens at once. */
function lossOf(w: Parameters): Tensor {
  const { graph } = w
  const ids = graph.input('ids', 'i64', [batch, tokens])
  const targets = graph.input('targets', 'i64', [batch, tokens])
  const table = w.get('model.embed_tokens.weight', [sizes.vocabulary, sizes.width])
  const positions = Array.from({ length: tokens }, (_, i) => i)
  const { cosines, sines } = textRotary([positions, positions, positions], sizes)
  const hidden = textLayers(
    w,
    {
      embedded: gather(table, ids),
      cosines: graph.constant(cosines),
      sines: graph.constant(sines),
      visible: graph.constant(tensorValue('bool', [1, 1, 1, tokens], new Array(tokens).fill(1))),
    },
    sizes,
  )
  // The table is the head as well, as in the small models of Qwen2.
  const scores = w.pp('model.embed_tokens').linear(hidden, sizes.vocabulary, { bias: false })
  const hit = cast(equal(unsqueeze(targets, -1), iota(graph, sizes.vocabulary, 'i64')), 'f32')
  return neg(reduceMean(reduceSum(mul(logSoftmax(scores), hit), { axes: [-1] })))
}
