import type { SourceName } from './scores.ts'

/** Table 4: mean preference of 55 participants, from 2 (worst) to 10 (excellent). */
export interface PublishedPreference {
  readonly system: string
  /** Over the intersection subset, and over all items. */
  readonly intersection: number
  readonly full: number
  readonly source: SourceName
}

export const publishedPreferences: readonly PublishedPreference[] = (
  [
    ['Gemini 2 Flash', 7.109, 6.603],
    ['Doubao', 6.32, 5.678],
    ['GPT-4o', 6.961, 7.134],
    ['Step1X-Edit', 6.544, 6.939],
  ] as const
).map(([system, intersection, full]) => ({ system, intersection, full, source: 'paper' }))

/** ImgEdit-Bench, overall, by GPT-4o from 1 to 5. */
export interface PublishedRating {
  readonly system: string
  readonly overall: number
  readonly source: SourceName
}

export const publishedRatings: readonly PublishedRating[] = (
  [
    ['FireRed-Image-Edit', 4.56],
    ['Qwen-Image-Edit-2511', 4.51],
    ['LongCat-Image-Edit', 4.45],
    ['Nano Banana Pro', 4.37],
    ['FLUX.2 dev', 4.35],
    ['Seedream 4.5', 4.32],
    ['Qwen-Image-Edit-2509', 4.31],
    ['Seedream 4.0', 4.3],
    ['Nano Banana', 4.29],
    ['Step1X-Edit v1.2', 3.95],
    ['FLUX.1 Kontext dev', 3.71],
  ] as const
).map(([system, overall]) => ({ system, overall, source: 'firered' }))

/** GEditBench v2: Elo of pairwise judges, 1000 on average. */
export interface PublishedElo {
  readonly system: string
  readonly overall: number
  /** Instruction following and quality by GPT-4o, consistency by PVC-Judge. */
  readonly instruction?: number
  readonly quality?: number
  readonly consistency?: number
  readonly source: SourceName
}

export const publishedElos: readonly PublishedElo[] = (
  [
    ['Nano Banana Pro', 1096, 1108, 1126, 1066],
    ['Seedream 4.5', 1089, 1030, 1111, 1142],
    ['GPT Image 1.5', 1071, 846, 1260, 1149],
    ['FLUX.2 klein 9B', 1039, 1019, 1083, 1025],
    ['Qwen-Image-Edit-2511', 1038, 972, 1095, 1060],
    ['FLUX.2 klein 4B', 1031, 1070, 1007, 1019],
    ['FLUX.2 dev Turbo', 1021, 1064, 1068, 936],
    ['Qwen-Image-Edit-2509', 1014, 955, 1033, 1062],
    ['Qwen-Image-Edit', 1010, 971, 991, 1073],
    ['FLUX.2 dev', 1006, 1018, 1037, 965],
    ['LongCat-Image-Edit', 1001, 1017, 1018, 968],
    ['Step1X-Edit v1.2', 996, 1067, 909, 1007],
    ['GLM-Image', 979, 1109],
    ['OmniGen2', 888, 929],
    ['FLUX.1 Kontext dev', 869, 840],
    ['Bagel', 851, 987],
  ] as const
).map(
  ([system, overall, consistency, instruction, quality]): PublishedElo => ({
    system,
    overall,
    consistency,
    ...(instruction === undefined || quality === undefined ? {} : { instruction, quality }),
    source: 'gedit2',
  }),
)
