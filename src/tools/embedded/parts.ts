import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ModelFile, openModelFile } from '../../onnx/index.ts'
import { packFolder } from '../install.ts'
import { type PackName, packs } from '../packs.ts'
import type { Job, Jobs } from '../tool.ts'
import { blazefaceOutputs } from './blazeface.ts'
import { centernetDetector, centernetOutputs, detectionTagger } from './centernet.ts'
import { cannyEdges } from './edges.ts'
import { facemeshOutputs, faceresOutputs, irisOutputs, meshFaces } from './faces.ts'
import { farnebackFlow } from './flow.ts'
import { teleaInpainter } from './inpainter.ts'
import { isnetMatting } from './isnet.ts'
import { nsfwOutputs, nsfwSafety } from './nsfw.ts'
import { paddleOcr } from './ocr.ts'
import { loadOpenCv, type OpenCv } from './opencv.ts'
import { grabCutSegmenter } from './segmenter.ts'
import { convertTfModel, type TfModel } from './tfGraph.ts'

/** Threads of a model: the same number everywhere, so that a machine's other work does not change results. */
const threads = 2

/** What the parts share while they are loaded. */
export interface Loader {
  /** A file of a pack. */
  file(pack: PackName, name: string): string
  openCv(): Promise<OpenCv>
  /** A TensorFlow.js model of a pack, with these nodes as outputs. */
  tfModel(pack: PackName, name: string, outputs: readonly string[]): Promise<ModelFile>
  /** Another part, loaded once. */
  part<J extends HostedJob>(job: J): Promise<Jobs[J]>
}

/** An embedded part that runs in the tools' process. */
interface Part<J extends Job> {
  readonly implementation: string
  /** Of our code around it; the packs' versions are added. */
  readonly revision: number
  readonly packs: readonly PackName[]
  readonly timeLimitSeconds: number
  open(load: Loader): Promise<Jobs[J]>
}

/** Jobs with a part that runs in the tools' process. */
export type HostedJob =
  | 'matting'
  | 'segmenter'
  | 'detector'
  | 'tagger'
  | 'ocr'
  | 'faces'
  | 'edges'
  | 'flow'
  | 'inpainter'
  | 'safety'

/** The embedded parts. */
export const parts: { readonly [J in HostedJob]: Part<J> } = {
  matting: {
    implementation: 'isnet',
    revision: 1,
    packs: ['isnet'],
    timeLimitSeconds: 120,
    open: async (load) => isnetMatting(await openModelFile(load.file('isnet', 'isnet.onnx'), { threads })),
  },
  segmenter: {
    implementation: 'isnet-grabcut',
    revision: 1,
    packs: ['isnet', 'opencv'],
    timeLimitSeconds: 180,
    open: async (load) => grabCutSegmenter(await load.openCv(), await load.part('matting')),
  },
  detector: {
    implementation: 'centernet',
    revision: 1,
    packs: ['human'],
    timeLimitSeconds: 60,
    open: async (load) => centernetDetector(await load.tfModel('human', 'centernet', centernetOutputs)),
  },
  tagger: {
    implementation: 'centernet-labels',
    revision: 1,
    packs: ['human'],
    timeLimitSeconds: 60,
    open: async (load) => detectionTagger(await load.part('detector')),
  },
  ocr: {
    implementation: 'ppocr-v4',
    revision: 1,
    packs: ['ppocr', 'opencv'],
    timeLimitSeconds: 180,
    open: async (load) => {
      const characters = await readFile(load.file('ppocr', 'characters.txt'), 'utf8')
      return paddleOcr({
        cv: await load.openCv(),
        detector: await openModelFile(load.file('ppocr', 'detect.onnx'), { threads }),
        recogniser: await openModelFile(load.file('ppocr', 'recognize.onnx'), { threads }),
        characters: [...characters.replace(/\r?\n$/, '').split(/\r?\n/), ' '],
      })
    },
  },
  faces: {
    implementation: 'mediapipe-mesh',
    revision: 2,
    packs: ['human'],
    timeLimitSeconds: 120,
    open: async (load) =>
      meshFaces({
        detector: await load.tfModel('human', 'blazeface', blazefaceOutputs),
        mesh: await load.tfModel('human', 'facemesh', facemeshOutputs),
        iris: await load.tfModel('human', 'iris', irisOutputs),
        looks: await load.tfModel('human', 'faceres', faceresOutputs),
      }),
  },
  safety: {
    implementation: 'nsfwjs',
    revision: 1,
    packs: ['nsfw'],
    timeLimitSeconds: 60,
    open: async (load) => nsfwSafety(await load.tfModel('nsfw', 'nsfw', nsfwOutputs)),
  },
  edges: {
    implementation: 'opencv-canny',
    revision: 1,
    packs: ['opencv'],
    timeLimitSeconds: 60,
    open: async (load) => cannyEdges(await load.openCv()),
  },
  flow: {
    implementation: 'opencv-farneback',
    revision: 1,
    packs: ['opencv'],
    timeLimitSeconds: 120,
    open: async (load) => farnebackFlow(await load.openCv()),
  },
  inpainter: {
    implementation: 'opencv-telea',
    revision: 1,
    packs: ['opencv'],
    timeLimitSeconds: 120,
    open: async (load) => teleaInpainter(await load.openCv()),
  },
}

/** `1+isnet-1.4.5`: changes with our code and with the weights. */
export function partVersion({ revision, packs: names }: Pick<Part<Job>, 'revision' | 'packs'>): string {
  return [revision, ...names.map((name) => `${name}-${packs[name].version}`)].join('+')
}

/** Loads parts when they are first asked for, each once. */
export function openLoader(folder: string): Loader {
  let cv: Promise<OpenCv> | undefined
  const opened = new Map<HostedJob, Promise<Jobs[HostedJob]>>()
  const loader: Loader = {
    file: (pack, name) => join(packFolder(folder, packs[pack]), name),
    tfModel: async (pack, name, outputs) => {
      const model = JSON.parse(await readFile(loader.file(pack, `${name}.json`), 'utf8')) as TfModel
      const weights = await readFile(loader.file(pack, `${name}.bin`))
      return openModelFile(convertTfModel(model, weights, outputs), { threads })
    },
    openCv: () => {
      cv ??= loadOpenCv(packFolder(folder, packs.opencv))
      return cv
    },
    part: async <J extends HostedJob>(job: J): Promise<Jobs[J]> => {
      const known = opened.get(job) ?? parts[job].open(loader)
      opened.set(job, known)
      try {
        return (await known) as Jobs[J]
      } catch (error) {
        // What did not load, for want of memory say, is tried anew the next time.
        opened.delete(job)
        throw error
      }
    },
  }
  return loader
}
