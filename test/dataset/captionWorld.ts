import type { Caption, Pair, PairCaptioner, PairContext } from 'pentimento/dataset'
import { encodePicture } from 'pentimento/image'
import type { FileStore } from 'pentimento/jobs'
import { openAiVision, type Tool, type Toolbox } from 'pentimento/tools'
import type { WorldPair } from './captionModel.ts'
import { testPair } from './openPairs.ts'

/** The tool that asks a model on loopback; PNG, so that it sees the very pixels. */
export function loopbackVision(baseUrl: string): Tool<'vision'> {
  return openAiVision({
    baseUrl,
    model: 'loopback-vl',
    pictures: 'png',
    concurrency: 4,
    backoffSeconds: 0.001,
  })
}

/** Only the tool `vision`. */
export function visionToolbox(vision: Tool<'vision'>): Toolbox {
  return {
    has: (job) => job === 'vision',
    get: ((job: string) => {
      if (job !== 'vision') throw new Error(`no ${job}`)
      return vision
    }) as Toolbox['get'],
    close: async () => undefined,
  }
}

/** Pairs of a world, their pictures in the file store. */
export async function storePairs(world: readonly WorldPair[], files: FileStore): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (const [at, { facts, source, target }] of world.entries()) {
    const pictures = {
      source: await files.put(await encodePicture(source, 'png')),
      target: await files.put(await encodePicture(target, 'png')),
    }
    pairs.push(testPair(1000 + at, { kind: facts.kind, facts, pictures, source: `source-${at}` }))
  }
  return pairs
}

/** The captions of a pair, by a captioner alone. */
export function captionsOf(
  captioner: PairCaptioner,
  pair: Pair,
  context: Omit<PairContext, 'pairs'>,
): Promise<readonly Caption[]> {
  const dossier = { pair, measures: [], captions: [], judgements: [], decisions: [] }
  return captioner.caption(dossier, context as PairContext)
}
