import type { Language } from '../suite/suite.ts'

/** Where published figures stand. */
export interface PublishedSource {
  readonly title: string
  /** arXiv number or address. */
  readonly address: string
  /** When it was published, or the newest date that the copy read for this table tells: `2025-04`, `2026-04-04`. */
  readonly date: string
  /** Short name in tables. */
  readonly short: string
  /** What limits the figures, in the words of this project. */
  readonly note?: string
}

export const publishedSources: {
  readonly paper: PublishedSource
  readonly step1x: PublishedSource
  readonly longcat: PublishedSource
  readonly firered: PublishedSource
  readonly gedit2: PublishedSource
} = {
  paper: {
    title: 'Step1X-Edit: A Practical Framework for General Image Editing, tables 2, 3 and 4',
    address: 'arXiv:2504.17761',
    date: '2025-04',
    short: 'paper',
    note: 'GPT-4.1 by API in April 2025; pictures of GPT-4o and Doubao from their apps, of Gemini 2 Flash from April 2025. Models other than Step1X-Edit have no version.',
  },
  step1x: {
    title: "Step1X-Edit's README",
    address: 'https://github.com/stepfun-ai/Step1X-Edit',
    date: '2026-04-29',
    short: 'Step1X README',
    note: "Language and judge's version are not told; its 6.97 of v1.1 is the English figure elsewhere. Only O is told of the two others.",
  },
  longcat: {
    title: "LongCat-Image's README",
    address: 'https://github.com/meituan-longcat/LongCat-Image',
    date: '2026-02-03',
    short: 'LongCat README',
    note: "Judge's version is not told. Its Chinese row of Step1X-Edit is that of the paper, rounded.",
  },
  firered: {
    title: 'FireRed-Image-Edit, docs/benchmark.md',
    address: 'https://github.com/FireRedTeam/FireRed-Image-Edit/blob/main/docs/benchmark.md',
    date: '2026-04-04',
    short: 'FireRed',
    note: "Their own run of every model; judge's version is not told. Its row of Step1X-Edit v1.2 is left out: it repeats the row of Qwen-Image-Edit-2509 digit for digit, a slip of the source.",
  },
  gedit2: {
    title: 'GEditBench v2, main results',
    address: 'arXiv:2603.28547, https://github.com/ZhangqiJiang07/gedit2_web',
    date: '2026-03-26',
    short: 'GEditBench v2',
    note: '1,200 queries, pairwise: instruction following and quality by GPT-4o, consistency by PVC-Judge. Another scale and other items than GEdit-Bench.',
  },
}

export type SourceName = keyof typeof publishedSources

/** Judges of published scores; `G` and `Q` in the paper's tables. */
export const publishedJudges = ['gpt-4.1', 'qwen2.5-vl-72b'] as const
export type PublishedJudge = (typeof publishedJudges)[number]

/** What is said of figures from different papers, wherever they stand together. */
export const publishedWarning: string =
  'Figures of different papers are not comparable: version of the judge, settings and pictures differ. The same models differ by up to 0.25 in O between two of these sources.'

/** One published row of GEdit-Bench. */
export interface PublishedScore {
  readonly system: string
  readonly language: Language
  /** `intersection`: items of which all systems of that paper gave a picture. */
  readonly subset: 'full' | 'intersection'
  readonly judge: PublishedJudge
  readonly sc?: number
  readonly pq?: number
  readonly o: number
  readonly source: SourceName
}

type Twelve = readonly [name: string, ...numbers: number[]]

/** Tables 2 and 3: intersection subset, then full set; in each G_SC, G_PQ, G_O, Q_SC, Q_PQ, Q_O. */
const paperTables: { readonly [L in Language]: readonly Twelve[] } = {
  en: [
    ['Instruct-Pix2Pix', 3.473, 5.601, 3.631, 4.836, 6.948, 4.655, 3.575, 5.491, 3.684, 4.772, 6.87, 4.576],
    ['MagicBrush', 4.646, 5.8, 4.578, 5.806, 7.162, 5.632, 4.677, 5.656, 4.518, 5.733, 7.066, 5.536],
    ['AnyEdit', 3.177, 5.856, 3.231, 3.583, 6.751, 3.498, 3.178, 5.82, 3.212, 3.438, 6.729, 3.361],
    ['OmniGen', 6.07, 5.885, 5.162, 7.022, 6.853, 6.565, 5.963, 5.888, 5.061, 6.9, 6.781, 6.413],
    ['Step1X-Edit', 7.183, 6.818, 6.813, 7.38, 7.229, 7.161, 7.091, 6.763, 6.701, 7.332, 7.204, 7.104],
    ['Gemini 2 Flash', 6.697, 6.638, 6.322, 7.276, 7.306, 6.978, 6.732, 6.606, 6.315, 7.287, 7.315, 6.982],
    ['Doubao', 7.004, 7.215, 6.828, 7.417, 7.635, 7.273, 6.916, 7.188, 6.754, 7.382, 7.639, 7.241],
    ['GPT-4o', 7.844, 7.592, 7.517, 7.873, 7.69, 7.694, 7.85, 7.62, 7.534, 7.826, 7.689, 7.646],
  ],
  cn: [
    ['Gemini 2 Flash', 5.58, 6.757, 5.505, 5.658, 7.362, 5.522, 5.427, 6.767, 5.36, 5.617, 7.36, 5.485],
    ['Doubao', 7.076, 7.315, 6.869, 7.122, 7.669, 7.062, 6.984, 7.273, 6.772, 7.116, 7.667, 7.063],
    ['GPT-4o', 7.722, 7.59, 7.353, 7.771, 7.625, 7.572, 7.673, 7.559, 7.302, 7.698, 7.634, 7.529],
    ['Step1X-Edit', 7.25, 6.855, 6.898, 7.347, 7.327, 7.232, 7.204, 6.869, 6.861, 7.282, 7.303, 7.161],
  ],
}

/** Later records, all of the full set. */
const later: readonly (readonly [
  source: SourceName,
  system: string,
  language: Language,
  o: number,
  sc?: number,
  pq?: number,
])[] = [
  ['step1x', 'Step1X-Edit v1.1', 'en', 6.97, 7.66, 7.35],
  ['step1x', 'Step1X-Edit v1.2 preview', 'en', 7.42, 8.14, 7.55],
  ['step1x', 'Step1X-Edit v1.2', 'en', 7.24, 7.77, 7.65],
  ['step1x', 'Step1X-Edit v1.2, thinking', 'en', 7.36, 8.02, 7.64],
  ['step1x', 'Step1X-Edit v1.2, thinking and reflection', 'en', 7.58, 8.18, 7.85],
  ['step1x', 'FLUX.1 Kontext dev', 'en', 6.51],
  ['step1x', 'Qwen-Image-Edit-2509', 'en', 7.56],
  ['longcat', 'LongCat-Image-Edit', 'en', 7.64],
  ['longcat', 'Seedream 4.0', 'en', 7.68],
  ['longcat', 'Qwen-Image-Edit', 'en', 7.56],
  ['longcat', 'Qwen-Image-Edit-2509', 'en', 7.54],
  ['longcat', 'Nano Banana', 'en', 7.54],
  ['longcat', 'GPT Image 1 high', 'en', 7.53],
  ['longcat', 'Step1X-Edit', 'en', 6.97],
  ['longcat', 'FLUX.1 Kontext dev', 'en', 6.0],
  ['longcat', 'Step1X-Edit', 'cn', 6.86, 7.2, 6.87],
  ...(
    [
      ['FireRed-Image-Edit', 7.943, 7.887],
      ['Qwen-Image-Edit-2511', 7.877, 7.819],
      ['Seedream 4.5', 7.82, 7.8],
      ['LongCat-Image-Edit', 7.748, 7.731],
      ['Nano Banana Pro', 7.738, 7.799],
      ['Seedream 4.0', 7.701, 7.692],
      ['Qwen-Image-Edit-2509', 7.48, 7.467],
      ['FLUX.2 dev', 7.413, 7.278],
      ['Nano Banana', 7.291, 7.399],
    ] as const
  ).flatMap(
    ([system, en, cn]) =>
      [
        ['firered', system, 'en', en],
        ['firered', system, 'cn', cn],
      ] as const,
  ),
]

/** All published rows of GEdit-Bench: the paper's tables 2 and 3, then later records. */
export const publishedScores: readonly PublishedScore[] = [
  ...(['en', 'cn'] as const).flatMap((language) =>
    paperTables[language].flatMap(([system, ...numbers]) =>
      (['intersection', 'full'] as const).flatMap((subset, s) =>
        publishedJudges.map((judge, j): PublishedScore => {
          const [sc, pq, o] = numbers.slice(6 * s + 3 * j) as [number, number, number]
          return { system, language, subset, judge, sc, pq, o, source: 'paper' }
        }),
      ),
    ),
  ),
  ...later.map(
    ([source, system, language, o, sc, pq]): PublishedScore => ({
      system,
      language,
      subset: 'full',
      judge: 'gpt-4.1',
      o,
      ...(sc === undefined ? {} : { sc }),
      ...(pq === undefined ? {} : { pq }),
      source,
    }),
  ),
]
