import type { Sides, StepByKind } from '../../plan.ts'
import type { Clause } from '../clause.ts'
import { sense } from '../senses.ts'

/** `16:9`, `square`, `portrait`: width over height. */
export function ratioOf(clause: Clause): number | undefined {
  const ratio = clause.measure('ratio')?.value
  if (ratio !== undefined) return ratio
  const size = clause.measure('size')
  if (size?.second) return size.value / size.second
  if (
    /\b(?:story|stories|tiktok|reel|reels|(?:phone|lock ?screen|home ?screen) (?:wallpaper|background)|wallpaper for my phone)\b|手机壁纸|锁屏|抖音|竖屏/.test(
      clause.text,
    )
  )
    return 9 / 16
  if (/passport|id photo|\bvisa\b|证件照|护照|一寸/.test(clause.text)) return 35 / 45
  if (/二寸|两寸/.test(clause.text)) return 35 / 49
  if (/youtube|widescreen|wide screen|电脑壁纸|desktop wallpaper|宽屏/.test(clause.text)) return 16 / 9
  if (
    /\b(?:like|as|for) an? (?:website |web )?banner\b|\bbanner (?:format|size|shape)|横幅尺寸/.test(
      clause.text,
    )
  )
    return 3
  if (/\ba[345]\b/.test(clause.text)) return 210 / 297
  if (/朋友圈封面/.test(clause.text)) return 1
  if (clause.hasSmall('square')) return 1
  if (clause.hasSmall('portrait')) return 2 / 3
  if (clause.hasSmall('landscape')) return 3 / 2
  if (/\bportrait\b/.test(clause.text) && clause.has('crop')) return 2 / 3
  if (/\blandscape\b/.test(clause.text) && clause.has('crop', 'extend')) return 3 / 2
  return undefined
}

export const noSides: Sides = { left: 0, top: 0, right: 0, bottom: 0 }

/** The side stated before: `the right side is empty, trim it`, `cut off at the top, add some space there`. */
export function toldSide({ normalised: { text } }: Clause): keyof Sides | undefined {
  if (!/empty|too much|cut off|nothing|boring|space there|空|太多|切掉了|没拍到/.test(text)) return undefined
  const named = [
    ['left', /\bleft\b|左/],
    ['right', /\bright\b|右/],
    ['top', /\b(?:top|above)\b|上[面边方]|顶/],
    ['bottom', /\b(?:bottom|below)\b|下[面边方]|底/],
  ] as const
  const found = named.filter(([, words]) => words.test(text))
  return found.length === 1 ? found[0]![0] : undefined
}

/** The named sides, with the amount for each. */
export function sidesOf(clause: Clause, usual: number): Sides | undefined {
  const measure = clause.measure('percent', 'fraction', 'number')
  const third = /\b(?:top|bottom|left|right|upper|lower) third\b/.test(clause.text)
  const size = third
    ? 1 / 3
    : measure?.unit === 'percent'
      ? measure.value / 100
      : measure?.unit === 'fraction'
        ? measure.value
        : clause.hasSmall('half') || /\bhalf\b|一半|半边|半部分|半部|半张/.test(clause.text)
          ? 0.5
          : usual * ({ 0.5: 0.6, 2: 2, 3: 2.5 }[clause.degree ?? 1] ?? 1)
  const sides = { left: 0, top: 0, right: 0, bottom: 0 }
  for (const token of clause.tokens) {
    const place = sense(token, 'place')?.place
    const word = token.text
    for (const side of ['left', 'top', 'right', 'bottom'] as const)
      if (place?.split(' ').includes(side)) sides[side] = size
    if (/左右|left and right|both sides|horizontally|两侧|两边|横向/.test(word))
      sides.left = sides.right = size
    if (/上下|top and bottom|vertically|纵向/.test(word)) sides.top = sides.bottom = size
    if (/^(?:向|往)左|to the left$/.test(word)) sides.left = size
    if (/^(?:向|往)右|to the right$/.test(word)) sides.right = size
    if (/^(?:向|往)上|upwards?$/.test(word)) sides.top = size
    if (/^(?:向|往)下|downwards?$/.test(word)) sides.bottom = size
  }
  if (/\b(?:above|over) (?:my |his |her |the )?heads?\b|头顶|头上/.test(clause.text) && clause.has('extend'))
    sides.top = size
  if (
    /\b(?:sky|headroom)\b/.test(clause.text) &&
    Object.values(sides).every((each) => each === 0) &&
    clause.has('extend')
  )
    sides.top = size
  if (
    /\b(?:foreground|floor|ground)\b/.test(clause.text) &&
    Object.values(sides).every((each) => each === 0) &&
    clause.has('extend')
  )
    sides.bottom = size
  return Object.values(sides).some((each) => each > 0) ? sides : undefined
}

/** The number next to a word: `宽800高600`. */
export function numberBeside(clause: Clause, word: RegExp): number | undefined {
  const at = clause.tokens.findIndex((token) => word.test(token.text))
  if (at < 0) return undefined
  const near = clause.cn ? [at + 1, at - 1, at + 2] : [at - 1, at + 1, at + 2]
  for (const i of near) {
    const measure = clause.tokens[i]?.measure
    if (measure && (measure.unit === 'number' || measure.unit === 'pixels') && measure.value >= 16)
      return Math.round(measure.value)
  }
  return undefined
}

/** `twice as large`, `half the size`, `by 50%`, `to 50 %`, `三分之一`. */
export function factorOf(clause: Clause): number | undefined {
  const smaller =
    clause.has('shrink') ||
    /\b(?:reduce|smaller|down|shrink|scale down|downscale|half|decrease)\b|缩/.test(clause.text)
  const factor = clause.measure('factor')?.value
  if (factor !== undefined) {
    if (factor === 1 && /一倍/.test(clause.text)) return smaller ? 0.5 : 2
    return smaller && factor > 1 ? 1 / factor : factor
  }
  if (clause.hasSmall('half') || /\bhalf\b|一半/.test(clause.text)) return 0.5
  if (clause.hasSmall('double') || /\btwice\b|\bdouble\b|两倍|一倍/.test(clause.text)) return 2
  if (/\btriple\b|three times|三倍/.test(clause.text)) return 3
  const fraction = clause.measure('fraction')?.value
  // `缩小三分之一` leaves two thirds, `缩小到三分之一` one.
  if (fraction !== undefined)
    return /缩小(?![到成为至])|\bby (?:a|one)\b/.test(clause.text) && smaller ? 1 - fraction : fraction
  const times = clause.measure('number')?.value
  if (
    times !== undefined &&
    times > 0.1 &&
    times < 10 &&
    /\bby\b|倍/.test(clause.text) &&
    clause.has('resize', 'enlarge', 'shrink')
  )
    return times
  const percent = clause.measure('percent')?.value
  if (percent !== undefined && percent > 0) {
    const by =
      /\bby\b|了|larger|bigger|smaller|放大\d|缩小\d|放大百|缩小百/.test(clause.text) &&
      !/\bto\b|到|成|为|of (?:its|the)/.test(clause.text)
    if (by) return smaller ? Math.max(0.05, 1 - percent / 100) : 1 + percent / 100
    return percent / 100
  }
  return undefined
}

export const fillOf = (clause: Clause): StepByKind['extend']['fill'] => {
  const colour = clause.tokens.flatMap((token) => sense(token, 'colour') ?? [])[0]?.colour
  if (colour) return colour
  if (/mirror|镜像/.test(clause.text)) return 'mirror'
  return /blur|虚|模糊/.test(clause.text) ? 'blur' : 'fill'
}
