/** An editing dataset that others published, as its source describes it; what is not known is left out. */
export interface PublicSet {
  readonly name: string
  readonly year: number
  /** Triplets that are published, or kept. */
  readonly size: number
  /** Triplets that were generated before filters. */
  readonly generated?: number
  /** How many kinds of edit it has, as its source counts them. */
  readonly kinds?: number
  readonly languages?: readonly string[]
  readonly realImages?: 'yes' | 'no' | 'partly'
  readonly filters?: string
  readonly humanReview?: 'all' | 'part' | 'none'
  readonly scores?: boolean
  readonly preferencePairs?: number
  readonly note?: string
  /** Where the facts are from. */
  readonly source: string
}

/**
 * Public editing datasets, and those of the paper that are not: the sets of its figure 2 whose figures are found, and
 * later ones. Facts as of 2026-11; a field that no source tells is left out, not 'no'.
 */
export const publicSets: readonly PublicSet[] = [
  {
    name: 'Step1X-Edit (the paper)',
    year: 2025,
    size: 20_000_000,
    kinds: 11,
    languages: ['en', 'zh'],
    filters: 'none yet',
    note: 'not published',
    source: 'arXiv 2504.17761, section 3.1.1',
  },
  {
    name: 'Step1X-Edit-HQ (the paper)',
    year: 2025,
    size: 1_000_000,
    generated: 20_000_000,
    kinds: 11,
    languages: ['en', 'zh'],
    filters: 'multimodal models, people',
    humanReview: 'part',
    note: 'not published; retention 20:1',
    source: 'arXiv 2504.17761, section 3.1.1',
  },
  {
    name: 'UltraEdit',
    year: 2024,
    size: 4_000_000,
    languages: ['en'],
    realImages: 'yes',
    filters: 'automatic scores',
    humanReview: 'none',
    scores: true,
    source: 'arXiv 2407.05282, abstract',
  },
  {
    name: 'SEED-Data-Edit',
    year: 2024,
    size: 3_700_000,
    humanReview: 'part',
    note: '95 K multi-turn edits by people; CC BY-NC',
    source: 'arXiv 2405.04007; its repository',
  },
  {
    name: 'AnyEdit',
    year: 2024,
    size: 2_500_000,
    kinds: 20,
    languages: ['en'],
    filters: 'before and after, by kind',
    source: 'github.com/DCDmllm/AnyEdit; kinds: more than 20',
  },
  {
    name: 'GPT-Image-Edit-1.5M',
    year: 2025,
    size: 1_500_000,
    source: 'github.com/wyhlovecpp/GPT-Image-Edit',
  },
  {
    name: 'OmniEdit',
    year: 2024,
    size: 1_200_000,
    kinds: 7,
    languages: ['en'],
    filters: 'scores by a multimodal model',
    scores: true,
    source: 'github.com/TIGER-AI-Lab/OmniEdit; arXiv 2411.07199',
  },
  {
    name: 'ImgEdit',
    year: 2025,
    size: 1_200_000,
    filters: 'aesthetics, detectors, GPT-4o',
    scores: true,
    source: 'github.com/PKU-YuanGroup/ImgEdit',
  },
  {
    name: 'Pico-Banana-400K',
    year: 2025,
    size: 257_000,
    generated: 313_000,
    kinds: 35,
    realImages: 'yes',
    filters: 'scores by a multimodal model, from 0.7 on',
    preferencePairs: 56_000,
    note: '72 K multi-turn edits beside; generated: kept and failed ones',
    source: 'github.com/apple/pico-banana-400k',
  },
  {
    name: 'HQ-Edit',
    year: 2024,
    size: 200_000,
    realImages: 'no',
    source: 'arXiv 2404.09990, abstract; real images: table 1 of arXiv 2504.17761',
  },
  {
    name: 'MagicBrush',
    year: 2023,
    size: 10_000,
    languages: ['en'],
    realImages: 'yes',
    humanReview: 'all',
    source: 'huggingface.co/datasets/osunlp/MagicBrush; table 1 of arXiv 2504.17761',
  },
  {
    name: 'HumanEdit',
    year: 2024,
    size: 5_751,
    languages: ['en'],
    humanReview: 'all',
    note: 'CC BY 4.0',
    source: 'huggingface.co/datasets/BryanW/HumanEdit; arXiv 2412.04280',
  },
]
