import type { Mask, Picture } from '../image/index.ts'

/** A rectangle in pixels, its corner at the top left. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A position in pixels from the top left corner of the picture. */
export type Point = readonly [x: number, y: number]

/** A thing found in a picture. `label` is a COCO name or a phrase in English. */
export interface Detection {
  readonly label: string
  readonly score: number
  readonly box: Box
}

/** A line of text found in a picture. */
export interface TextLine {
  readonly text: string
  readonly score: number
  /** Corners clockwise from the top left of the text as it is read. */
  readonly corners: readonly [Point, Point, Point, Point]
}

/** A face: its box, and the 468 or 478 points of MediaPipe's mesh in pixels. */
export interface Face {
  readonly score: number
  readonly box: Box
  readonly mesh: readonly Point[]
  /** About how old it looks, in years; left out where nobody estimated it. */
  readonly age?: number
  /** How likely it is a man's, 0 to 1, by looks alone; left out likewise. */
  readonly male?: number
}

/** Where every pixel of the first picture went in the second, in pixels. */
export interface Flow {
  readonly width: number
  readonly height: number
  readonly dx: Float32Array
  readonly dy: Float32Array
}

/** A number a pixel, such as depth. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** Something that was said in a conversation: text and pictures in the order in which the model gets them. */
export interface VisionTurn {
  readonly role: 'user' | 'assistant'
  readonly parts: readonly (string | Picture)[]
}

/** A question to a model that sees pictures and reads text. */
export interface VisionQuestion {
  readonly system?: string
  /** Earlier messages, oldest first: examples, and rounds that the question continues. */
  readonly before?: readonly VisionTurn[]
  /** Text and pictures in the order in which the model gets them. */
  readonly parts: readonly (string | Picture)[]
  readonly maxTokens?: number
  readonly temperature?: number
  readonly seed?: number
  /** Ask for one JSON value that fits this JSON schema. */
  readonly jsonSchema?: object
  /** Gives the call up. */
  readonly signal?: AbortSignal
}

/** Whatever a model made of a question. */
export interface VisionAnswer {
  /** `filtered`: by a separate filter; `refused`: by the model itself; `cut-off`: by the token limit. */
  readonly outcome: 'answer' | 'filtered' | 'refused' | 'cut-off'
  /** What it said, to the letter. */
  readonly text: string
  /** Of `filtered` and `refused`: why. */
  readonly reason?: string
  /** The model that answered, as its server says. */
  readonly model?: string
  readonly inputTokens?: number
  readonly outputTokens?: number
  /** USD, where the price is known. */
  readonly cost?: number
  readonly seconds?: number
}

/** What a generator is asked for: a picture by words, maybe within a region, led by edges or depth. */
export interface GenerationRequest {
  readonly picture: Picture
  readonly prompt: string
  readonly negative?: string
  readonly region?: Mask
  readonly control?: { readonly type: 'edges' | 'depth'; readonly picture: Picture }
  readonly seed: number
}

/** A font other than the default. */
export interface OtherFont {
  /** Its family. */
  readonly name: string
  readonly file: string
  readonly bold: boolean
  readonly face: 'sans' | 'serif' | 'slab' | 'mono' | 'narrow' | 'hand'
  /** Whether it has Chinese characters. */
  readonly chinese: boolean
}

/**
 * The jobs that recipes give to tools, each one small interface. Behind a job stands an embedded part, or an adapter to a
 * larger model somewhere else; a recipe does not know which.
 */
export interface Jobs {
  /** Coverage of the most salient subject, 0 to 255. */
  readonly matting: { matte(picture: Picture): Promise<Mask> }
  readonly detector: { detect(picture: Picture): Promise<readonly Detection[]> }
  /** Coverage of the thing in a box. */
  readonly segmenter: { segment(picture: Picture, box: Box): Promise<Mask> }
  /** Names of what is in the picture, likeliest first. */
  readonly tagger: {
    tag(picture: Picture): Promise<readonly { readonly tag: string; readonly score: number }[]>
  }
  readonly ocr: { read(picture: Picture): Promise<readonly TextLine[]> }
  readonly faces: { find(picture: Picture): Promise<readonly Face[]> }
  /** Nearness, 0 (far) to 1 (near), of the picture's size. */
  readonly depth: { depth(picture: Picture): Promise<Plane> }
  /** Edges white on black. */
  readonly edges: { edges(picture: Picture): Promise<Mask> }
  readonly flow: { flow(from: Picture, to: Picture): Promise<Flow> }
  /** The picture with what the mask covers (≥ 128) filled from around it; the rest is bit-equal. */
  readonly inpainter: { inpaint(picture: Picture, mask: Mask): Promise<Picture> }
  /** The picture through a named filter; `styles` lists them. */
  readonly stylizer: {
    readonly styles: readonly string[]
    stylize(picture: Picture, style: string): Promise<Picture>
  }
  readonly generator: {
    /** What it can be led by; `none` is a picture, a region and words alone. */
    readonly controls: readonly ('none' | 'edges' | 'depth')[]
    generate(request: GenerationRequest): Promise<Picture>
  }
  readonly vision: {
    /** @throws ToolError where the answer is none: refused, cut off, empty, not JSON though that was asked for */
    ask(question: VisionQuestion): Promise<string>
    /** The same with all that came of it; throws only where there was no answer. {@link askVision} works without it. */
    answer?(question: VisionQuestion): Promise<VisionAnswer>
    /** The most pixels of a picture that it sees; it reduces larger ones. Left out where it is not known. */
    readonly mostPixels?: number
  }
  /** Frames of a video file, `every` seconds apart, upright, at most `most`; of the part `from` … `to`, in seconds, where that is given. */
  readonly video: {
    frames(
      file: string,
      options: {
        readonly every: number
        readonly most: number
        readonly from?: number
        readonly to?: number
      },
    ): Promise<readonly Picture[]>
  }
  /** Probability that a picture is unsafe. */
  readonly safety: { unsafe(picture: Picture): Promise<number> }
  /** A font file that has the glyphs of English and Chinese. */
  readonly fonts: {
    readonly files: readonly { readonly name: string; readonly file: string; readonly bold: boolean }[]
    /** Fonts of other faces, for lettering that is to look like what is there. */
    readonly others?: readonly OtherFont[]
  }
}

/** The name of a job. */
export type Job = keyof Jobs

/** What provenance, the queue and the cache need to know of a tool. */
export interface ToolFacts {
  /** Such as `isnet`, `openai:gpt-4o`. */
  readonly implementation: string
  /** Changes whenever its results may: versions of code and weights. */
  readonly version: string
  /** Calls that it takes at a time. */
  readonly concurrency: number
  /** A call that takes longer is given up, and its process ended. */
  readonly timeLimitSeconds: number
}

/** Something that does a job. */
export type Tool<J extends Job> = Jobs[J] & { readonly facts: ToolFacts }

/** The tools of a run. */
export interface Toolbox {
  has(job: Job): boolean
  /** @throws ToolError `tool-missing`, with the line that installs or configures it */
  get<J extends Job>(job: J): Tool<J>
  /** Ends processes and sessions. */
  close(): Promise<void>
}
