import type { PlanColour, Sides, StepByKind } from '../../plan.ts'
import { beyond, type Clause, type ClauseReader, clamp, steps, unclear } from '../clause.ts'
import { isSmall, sense } from '../mentions.ts'

/** `16:9`, `square`, `portrait`: width over height. */
function ratioOf(clause: Clause): number | undefined {
  const ratio = clause.measure('ratio')?.value
  if (ratio !== undefined) return ratio
  const size = clause.measure('size')
  if (size?.second) return size.value / size.second
  if (
    /\b(?:story|stories|tiktok|reel|reels|phone wallpaper|wallpaper for my phone)\b|手机壁纸|抖音|竖屏/.test(
      clause.text,
    )
  )
    return 9 / 16
  if (/passport|id photo|\bvisa\b|证件照|护照|一寸/.test(clause.text)) return 35 / 45
  if (/二寸|两寸/.test(clause.text)) return 35 / 49
  if (/youtube|widescreen|wide screen|电脑壁纸|desktop wallpaper|宽屏/.test(clause.text)) return 16 / 9
  if (/朋友圈封面/.test(clause.text)) return 1
  if (clause.hasSmall('square')) return 1
  if (clause.hasSmall('portrait')) return 2 / 3
  if (clause.hasSmall('landscape')) return 3 / 2
  if (/\bportrait\b/.test(clause.text) && clause.has('crop')) return 2 / 3
  if (/\blandscape\b/.test(clause.text) && clause.has('crop', 'extend')) return 3 / 2
  return undefined
}

/** Which sides are named, and how much of each is meant. */
function sidesOf(clause: Clause, usual: number): Sides | undefined {
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
    if (/左右|left and right|horizontally|两侧|两边|横向/.test(word)) sides.left = sides.right = size
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

/** A ratio that stands alone, or a format that is named: it is to be cut to that. */
const bareRatio = (clause: Clause): boolean => {
  if (
    clause.has('extend', 'resize', 'write', 'replace', 'remove', 'add', 'rotate', 'isolate', 'blur') ||
    clause.literals.length > 0
  )
    return false
  const none = clause.mentions.every(
    ({ target }) =>
      ['face', 'person', 'subject'].includes(target.type) ||
      target.noun === undefined ||
      /format|size|story|photo|print/.test(target.noun),
  )
  const formats =
    /(?:passport|id photo|visa) (?:format|size)|证件照尺寸|寸照?大小|\bstor(?:y|ies)\b|tiktok|\breels?\b|抖音|竖版|横版|竖屏|横屏/.test(
      clause.text,
    )
  const shaped =
    clause.hasSmall('square', 'portrait', 'landscape') &&
    clause.mentions.length === 0 &&
    clause.tokens.length <= 8
  if (/fill|\bpad|补|填/.test(clause.text) && clause.measure('ratio')) return true
  return none && (clause.measure('ratio') !== undefined || formats || shaped)
}

/** `only the left half`, `remove the top quarter`: a share of the picture by its side. */
function shareOf(clause: Clause): { readonly sides: Sides; readonly keeps: boolean } | undefined {
  if (clause.mentions.some(({ unknown, target }) => !unknown && target.type !== 'picture')) return undefined
  const part =
    /\b(?:half|third|quarter|part|side|portion)\b|半边|半部|部分|半张|一半|三分之一|四分之一|一截/.test(
      clause.text,
    ) || clause.measure('percent', 'fraction') !== undefined
  if (
    !part ||
    !(clause.has('remove', 'keep', 'isolate') || clause.hasSmall('only', 'not')) ||
    clause.property().length > 0 ||
    clause.has('blur', 'hide', 'pixelate', 'move')
  )
    return undefined
  const sides = sidesOf(clause, 0.33)
  const keeps = (clause.has('keep', 'isolate') || clause.hasSmall('only')) && !clause.has('remove')
  if (sides) return { sides, keeps }
  return keeps && /中间|middle|center/.test(clause.text)
    ? { sides: { left: 0.2, top: 0.2, right: 0.2, bottom: 0.2 }, keeps: false }
    : undefined
}

/** Nothing may be cut off, so that a format has to be filled up. */
const uncut =
  /\b(?:without|no|not|don'?t|never) (?:any |want to )?(?:crop|cut|los)|without losing|不裁|别裁|不要裁|不能裁|不剪/

const cropping: ClauseReader = (clause) => {
  if (clause.ofType('background') && !clause.measure('ratio')) return undefined
  if (uncut.test(clause.normalised.text)) {
    const ratio = ratioOf(clause)
    return ratio === undefined || clause.has('remove')
      ? undefined
      : steps({ kind: 'extend', ratio, fill: fillOf(clause) })
  }
  const share = clause.has('crop') ? undefined : shareOf(clause)
  if (share) {
    const { left, top, right, bottom } = share.sides
    return steps(
      {
        kind: 'crop',
        sides: share.keeps
          ? {
              left: right && 1 - right,
              top: bottom && 1 - bottom,
              right: left && 1 - left,
              bottom: top && 1 - top,
            }
          : share.sides,
      },
      clause.mentions,
    )
  }
  if (!clause.has('crop') && bareRatio(clause) && /fill|\bpad|补|填/.test(clause.text))
    return steps({ kind: 'extend', ratio: ratioOf(clause) ?? 1, fill: fillOf(clause) })
  if (!clause.has('crop') && !bareRatio(clause)) return undefined
  if (clause.options.region && clause.hasSmall('here', 'it', 'that'))
    return steps(
      { kind: 'crop', around: { type: 'region', phrase: clause.pointedWord ?? 'this' } },
      clause.mentions,
    )
  // `cut out the dog` is no cropping, and 裁 within 剪裁 of a dress is not either.
  const sides = sidesOf(clause, 0.2)
  const ratio = ratioOf(clause)
  const named = clause.mentions.filter(
    ({ target }) => !['picture', 'background', 'text'].includes(target.type) || target.type === 'text',
  )
  const off = /\b(?:off|out|away|trim|remove|cut|lose|chop|shave|slice|lop)\b|掉|去|切除/.test(clause.text)
  if (ratio !== undefined && !(sides && off))
    return steps({ kind: 'crop', ratio, ...(named[0] && { around: named[0].target }) }, named)
  if (/passport|square|1:1/.test(clause.text) && ratio !== undefined) return steps({ kind: 'crop', ratio })
  const outOf = /\b(?:crop|cut|trim) (?:out|off|away)\b|裁掉|裁去|剪掉|切掉|截掉/.test(clause.text)
  if (named.length > 0 && !sides && !outOf) return steps({ kind: 'crop', around: named[0]!.target }, named)
  if (named.length > 0 && !sides && outOf) {
    if (named[0]!.target.type === 'sky')
      return steps({ kind: 'crop', sides: { left: 0, top: 0.25, right: 0, bottom: 0 } }, named, 0.8)
    return steps({ kind: 'erase', target: named[0]!.target }, named, 0.75)
  }
  if (sides) {
    const keepOnly =
      /\b(?:crop|cut|trim)(?: \w+)* (?:to|down to)\b|只留|保留|裁到|crop to/.test(clause.text) && !off
    if (keepOnly) {
      const rest = { left: sides.right, top: sides.bottom, right: sides.left, bottom: sides.top }
      return steps({ kind: 'crop', sides: rest }, named)
    }
    return steps({ kind: 'crop', sides }, named)
  }
  const antecedent = clause.antecedent
  if (antecedent) return steps({ kind: 'crop', around: antecedent })
  if (/(?:every|each|all|both) sides?|all four|四边|每边|各边/.test(clause.text)) {
    const every = clause.measure('percent')
    const size = every ? every.value / 100 : 0.1
    return steps({ kind: 'crop', sides: { left: size, top: size, right: size, bottom: size } }, named)
  }
  if (/edges?|borders?|四周|边缘|边|edge/.test(clause.text)) {
    const measure = clause.measure('percent')
    const size = measure ? measure.value / 100 : 0.1
    return steps({ kind: 'crop', sides: { left: size, top: size, right: size, bottom: size } }, named)
  }
  if (clause.measure('percent')) {
    const size = clamp(clause.measure('percent')!.value / 200, 0, 0.45)
    return steps({ kind: 'crop', sides: { left: size, top: size, right: size, bottom: size } }, named, 0.75)
  }
  if (/^(?:i want |give me |show )?(?:just|only) (?:the |my |his |her )?(?:face|head)/.test(clause.text))
    return steps({ kind: 'crop', around: { type: 'face', phrase: 'the face' } }, named)
  const bare = /tight|zoom|closer|close|特写|紧|主体/.test(clause.text)
  return bare || clause.tokens.length <= 6
    ? steps(
        { kind: 'crop', around: { type: 'subject', phrase: clause.cn ? '主体' : 'the subject' } },
        [],
        bare ? 0.85 : 0.7,
      )
    : unclear
}

/** `lift the balloon a bit higher` */
const lifted = /\b(?:higher|lower|nudge|push|bring forward|forward)\b|高一点|低一点|高点|低点/

const straightening: ClauseReader = (clause) => {
  const upright =
    /upright|stand straight|竖直|立直/.test(clause.text) &&
    /tower|building|house|wall|pole|塔|楼|墙|建筑/.test(clause.text)
  if (!clause.has('straighten') && !upright) return undefined
  if (clause.ofType('hair', 'teeth')) return beyond
  if (clause.ofType('person', 'face')) return unclear
  if (clause.measure('degrees') && clause.has('rotate')) return undefined
  return steps(
    { kind: 'straighten' },
    clause.mentions.filter(({ unknown }) => !unknown),
  )
}

const fillOf = (clause: Clause): StepByKind['extend']['fill'] => {
  const colour = clause.tokens.flatMap((token) => sense(token, 'colour') ?? [])[0]?.colour
  if (colour) return colour
  if (/mirror|镜像/.test(clause.text)) return 'mirror'
  return /blur|虚|模糊/.test(clause.text) ? 'blur' : 'fill'
}

const flipping: ClauseReader = (clause) => {
  if (clause.has('extend')) return undefined
  const flips =
    (clause.has('flip') && !clause.measure('degrees') && !/\b180\b/.test(clause.text)) ||
    /字是反的|字反了|text is (?:backwards|reversed|mirrored)|镜像反了/.test(clause.text) ||
    (/(?:翻转|翻)/.test(clause.text) && clause.hasSmall('horizontal', 'vertical'))
  if (!flips) return undefined
  const vertical = /vertical|upside|top to bottom|up and down|上下|垂直|竖直|纵|倒/.test(clause.text)
  if (
    clause.mentions.some(
      ({ target }) =>
        !['picture', 'subject', 'text', 'region'].includes(target.type) &&
        !/mirror|reflection/.test(target.noun ?? ''),
    )
  )
    return beyond
  return steps({ kind: 'flip', axis: vertical ? 'vertical' : 'horizontal' }, clause.mentions)
}

const rotating: ClauseReader = (clause) => {
  const degrees = clause.measure('degrees')?.value
  const turns =
    clause.has('rotate') ||
    /\bquarter turn\b|\bhalf turn\b|半圈|\bturn (?:it |this |the (?:photo|picture|image) )?(?:to the )?(?:left|right)\b|\b180\b|\bturn (?:it |this )?\d+|\d+ ?(?:counter ?)?clockwise|[顺逆]时针 ?\d+|(?:clockwise|counterclockwise)(?: a| by a| one)? quarter|quarter (?:turn )?(?:counter)?clockwise|时针四分之一/.test(
      clause.text,
    ) ||
    (degrees !== undefined && clause.has('make', 'move', 'straighten', 'pose'))
  if (!turns && !(degrees !== undefined && clause.mentions.length === 0 && !clause.has('invent')))
    return undefined
  if (
    clause.mentions.some(
      ({ target, unknown }) =>
        !unknown &&
        ['thing', 'person', 'face', 'hair', 'eyes', 'subject'].includes(target.type) &&
        !/picture frame/.test(target.noun ?? ''),
    )
  )
    return beyond
  const counter =
    clause.hasSmall('counter') &&
    !/^(?:clockwise|顺时针)$/.test(clause.tokens[clause.smallAt('clockwise')]?.text ?? '')
  const sign = counter && !/(?<!counter |anti |counter|anti)clockwise|顺时针/.test(clause.text) ? -1 : 1
  const leftward = /\bleft\b|向左|往左|左转|逆时针|counter|anti ?clock|ccw/.test(clause.text)
  if (degrees !== undefined)
    return steps({
      kind: 'rotate',
      degrees: (leftward && !/(?<!counter )(?<!anti )\bclockwise/.test(clause.text) ? -1 : sign) * degrees,
    })
  const number = clause.measure('number')?.value
  if (number !== undefined && number > 0 && number <= 360)
    return steps({ kind: 'rotate', degrees: (leftward ? -1 : 1) * number })
  if (
    clause.hasSmall('half') ||
    /upside down|180|倒过来|颠倒|倒转|on its head|around|正过来|right way up|right side up|翻过来|掉头|倒着|倒了/.test(
      clause.text,
    )
  )
    return steps({ kind: 'rotate', degrees: 180 })
  if (
    /quarter|四分之一/.test(clause.text) ||
    /转90/.test(clause.text) ||
    clause.measure('fraction')?.value === 0.25
  )
    return steps({ kind: 'rotate', degrees: leftward ? -90 : 90 })
  if (clause.degree !== undefined && clause.degree < 1)
    return steps({ kind: 'rotate', degrees: leftward ? -3 : 3 }, [], 0.75)
  return steps({ kind: 'rotate', degrees: leftward ? -90 : 90 }, [], 0.8)
}

const resizing: ClauseReader = (clause) => {
  if (clause.has('rotate') || /half turn|半圈/.test(clause.text)) return undefined
  if (/\btaller\b/.test(clause.text) && clause.hasSmall('picture', 'it') && clause.mentions.length === 0)
    return steps({ kind: 'extend', sides: { left: 0, top: 0.25, right: 0, bottom: 0.25 }, fill: 'fill' })
  const near = clause.mentions.find(
    ({ target, unknown }) => !unknown && ['face', 'person', 'thing', 'eyes'].includes(target.type),
  )
  if (
    /放大到|zoom/.test(clause.text) &&
    near &&
    !clause.measure('percent', 'factor', 'pixels', 'number', 'size')
  )
    return steps({ kind: 'crop', around: near.target }, [near])
  const size = clause.measure('size')
  const pixels = clause.measure('pixels')
  const whole = clause.mentions.every(({ target }) => target.type === 'picture') || clause.hasSmall('picture')
  const sizing =
    clause.has('resize') ||
    /\b\d{3,5} (?:wide|tall|high)\b|\b(?:height|width)\b|高度|宽度|\d{3,5}\s*[宽高]|[宽高]\s*\d{3,5}/.test(
      clause.text,
    ) ||
    ((clause.has('enlarge', 'shrink') || clause.hasSmall('double', 'half')) && whole)
  if (
    !sizing &&
    !(size && (clause.has('make') || clause.tokens.length <= 4)) &&
    !(pixels && !clause.has('extend', 'crop'))
  )
    return undefined
  if (clause.has('extend', 'crop') && !clause.has('resize')) return undefined
  if (clause.property().length > 0 && !clause.has('resize')) return undefined
  if (
    clause.mentions.some(
      ({ target }) =>
        ['thing', 'person', 'face', 'eyes', 'lips', 'hair', 'text', 'subject'].includes(target.type) &&
        !/^(?:宽|高|宽度|高度|width|height|wide|tall|high|long|打印|print)/.test(target.noun ?? ''),
    ) &&
    !clause.hasSmall('picture')
  )
    return undefined
  if (size)
    return steps(
      { kind: 'resize', width: Math.round(size.value), height: Math.round(size.second ?? size.value) },
      clause.mentions,
    )
  const wide = numberBeside(clause, /^(?:wide|width|宽|宽度|像素宽|px wide|pixels wide)$/)
  const tall = numberBeside(clause, /^(?:high|tall|height|高|高度|px tall|pixels tall)$/)
  if (wide && tall) return steps({ kind: 'resize', width: wide, height: tall }, clause.mentions)
  const number = pixels?.value ?? clause.measure('number')?.value ?? 0
  if (number >= 16) {
    const high =
      /\b(?:high|tall|height|tall)\b|高(?!清)|高度/.test(clause.text) &&
      !/\bwid(?:e|th)\b|宽/.test(clause.text)
    return steps(
      high ? { kind: 'resize', height: Math.round(number) } : { kind: 'resize', width: Math.round(number) },
      clause.mentions,
    )
  }
  const factor = factorOf(clause)
  if (factor !== undefined) return steps({ kind: 'resize', factor }, clause.mentions)
  if (clause.has('shrink')) return steps({ kind: 'resize', factor: 0.5 }, clause.mentions, 0.7)
  if (clause.has('enlarge')) return steps({ kind: 'resize', factor: 2 }, clause.mentions, 0.7)
  if (/upscale|upsample|upres|upsize|super resolution|超分|scale up|放大/.test(clause.text))
    return steps({ kind: 'resize', factor: 2 }, clause.mentions, 0.85)
  if (/downscale|downsample|downsize|scale down|thumbnail|缩略图|缩/.test(clause.text))
    return steps({ kind: 'resize', factor: 0.5 }, clause.mentions, 0.8)
  return unclear
}

/** The number that stands next to a word: `宽800高600`. */
function numberBeside(clause: Clause, word: RegExp): number | undefined {
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
function factorOf(clause: Clause): number | undefined {
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
  if (fraction !== undefined) return fraction
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
      /\bby\b|了|larger|bigger|smaller|放大百|缩小百/.test(clause.text) &&
      !/\bto\b|到|成|为|of (?:its|the)/.test(clause.text)
    if (by) return smaller ? Math.max(0.05, 1 - percent / 100) : 1 + percent / 100
    return percent / 100
  }
  return undefined
}

const extending: ClauseReader = (clause) => {
  if (!clause.has('extend')) return undefined
  if (clause.has('remove', 'crop', 'isolate') || clause.hasSmall('not')) {
    if (/border|frame|bars|edges|margin|边框|边|黑边|白边/.test(clause.text))
      return steps(
        { kind: 'crop', sides: { left: 0.04, top: 0.04, right: 0.04, bottom: 0.04 } },
        clause.mentions,
        0.7,
      )
    return undefined
  }
  const things = clause.mentions.filter(
    ({ target, unknown }) =>
      !unknown &&
      target.noun !== 'head' &&
      ['thing', 'person', 'face', 'hair', 'lips', 'eyes'].includes(target.type),
  )
  if (things.length > 0 && !/border|frame|canvas|边框|画布|白边|黑边/.test(clause.text)) return beyond
  const border =
    /border|frame|margin|matte|passe|letterbox|bars|边框|白边|黑边|加边|加框|留白|描边|外框|pillarbox|padding|polaroid|blank|拍立得/.test(
      clause.text,
    )
  const colours = clause.tokens.flatMap((token) => sense(token, 'colour') ?? [])
  const colour = colours[0]?.colour ?? borderColour(clause)
  const ratio = ratioOf(clause)
  const letterbox = /letterbox|bars|黑边|cinema/.test(clause.text)
  const fill: StepByKind['extend']['fill'] = border
    ? (colour ?? (/blur|虚化|模糊/.test(clause.text) ? 'blur' : letterbox ? black : white))
    : /mirror|镜像/.test(clause.text)
      ? 'mirror'
      : /blur|虚化|模糊/.test(clause.text)
        ? 'blur'
        : (colour ?? 'fill')
  if (ratio !== undefined) return steps({ kind: 'extend', ratio, fill }, clause.mentions)
  if (letterbox && !sidesOf(clause, 0.1)) {
    return steps(
      { kind: 'extend', sides: { left: 0, top: 0.12, right: 0, bottom: 0.12 }, fill },
      clause.mentions,
    )
  }
  const usual = border ? 0.05 : 0.25
  const scaled = border ? usual * ({ 0.5: 0.5, 2: 2, 3: 3 }[clause.degree ?? 1] ?? 1) : usual
  const width =
    border && /thin|narrow|small|细|窄/.test(clause.text)
      ? 0.025
      : border && /thick|wide|large|big|粗|宽/.test(clause.text)
        ? 0.1
        : scaled
  const percent = clause.measure('percent', 'fraction')
  const share = percent
    ? percent.unit === 'percent'
      ? percent.value / 100
      : percent.value
    : clause.hasSmall('double')
      ? 0.5
      : width
  const sides =
    sidesOf(clause, share) ??
    (/wider|widen|wide|加宽|宽/.test(clause.text) && !border
      ? { left: share, top: 0, right: share, bottom: 0 }
      : { left: share, top: share, right: share, bottom: share })
  return steps(
    { kind: 'extend', sides, fill },
    clause.mentions,
    border || /canvas|outpaint|uncrop|扩|画布/.test(clause.text) ? undefined : 0.8,
  )
}

const white: PlanColour = { name: 'white', hex: '#ffffff' }
const black: PlanColour = { name: 'black', hex: '#141414' }

function borderColour(clause: Clause): PlanColour | undefined {
  const match = /(白|黑|红|蓝|灰|金|粉|绿|黄)边/.exec(clause.text)
  const hex: Readonly<Record<string, string>> = {
    白: '#ffffff',
    黑: '#141414',
    红: '#d02828',
    蓝: '#265cc4',
    灰: '#808080',
    金: '#d4a82c',
    粉: '#f078aa',
    绿: '#389645',
    黄: '#f2c828',
  }
  if (match?.[1])
    return match[1] === '白' ? { ...white, name: '白' } : { name: match[1], hex: hex[match[1]] ?? '#ffffff' }
  if (/\bwhite\b|passe|polaroid|拍立得/.test(clause.text)) return white
  if (/\bblack\b/.test(clause.text)) return black
  return undefined
}

const moving: ClauseReader = (clause) => {
  if (clause.free('colour').length > 0 || /颜色|\bcolors?\b/.test(clause.text)) return undefined
  if (
    clause.mentions.some(({ target }) =>
      [
        'body',
        'arm',
        'leg',
        'hand',
        'neck',
        'head',
        'nose',
        'ears',
        'mouth',
        'hair',
        'lips',
        'chest',
      ].includes(target.noun ?? ''),
    )
  )
    return undefined
  const topical =
    clause.cn &&
    clause.mentions.length === 0 &&
    clause.topic &&
    ['thing', 'person', 'subject'].includes(clause.topic.type)
      ? clause.topic
      : undefined
  const named = clause.mentions.find(
    ({ target }) => !['picture', 'background', 'sky', 'water', 'ground'].includes(target.type),
  )
  const target = named?.target ?? clause.antecedent ?? topical
  if (!target) return undefined
  const retouched = clause.mentions.some(
    ({ target: { type, noun } }) =>
      ['eyes', 'lips', 'face', 'hair', 'teeth', 'skin'].includes(type) && noun !== 'face',
  )
  const scales =
    (clause.has('enlarge', 'shrink') ||
      (clause.has('resize') &&
        (factorOf(clause) !== undefined || /scale (?:up|down)|upsize|downsize/.test(clause.text)))) &&
    !retouched
  const lifts =
    lifted.test(clause.text) &&
    clause.has('increase', 'decrease', 'make') &&
    clause.property().length === 0 &&
    named !== undefined &&
    named.target.type !== 'text'
  const moves = clause.has('move') || lifts
  if (!moves && !scales) return undefined
  if (clause.has('replace') || (clause.has('add') && named?.fresh)) return undefined
  const share =
    clause.measure('percent') && moves
      ? clause.measure('percent')!.value / 100
      : clause.measure('fraction')?.value
  const size = share ?? { 0.5: 0.1, 2: 0.35, 3: 0.4 }[clause.degree ?? 1] ?? 0.2
  let [right, down, scale] = [0, 0, 1]
  if (moves) {
    const rest = wordsOutside(clause, named)
    if (/\bleft\b|左/.test(rest)) right = -size
    if (/\bright\b|右/.test(rest)) right = size
    if (/\b(?:up|upper|upwards?|top|higher|lift|raise)\b|向上|往上|上方|上移|上面|高/.test(rest)) down = -size
    if (/\b(?:down|lower|downwards?|bottom)\b|向下|往下|下方|下移|下面|低/.test(rest)) down = size
    if (/clos|near|近|toward the camera|forward|往前|向前/.test(rest)) scale = 1.3
    if (/(?:further|farther) (?:away|back)|\baway\b|远|\bback\b|往后|向后/.test(rest)) scale = 0.75
    if (/center|middle|中间|中央|居中|centre/.test(rest))
      return steps({ kind: 'move', target, right: 0, down: 0, scale: 1 }, [named], 0.4)
    // `walk down, toward the camera`: nearer is lower and larger.
    if (scale !== 1) down = 0
    if (right === 0 && down === 0 && scale === 1) return undefined
  } else {
    const factor = factorOf(clause)
    const usual = clause.has('shrink') || /scale down|downsize/.test(clause.text) ? 0.75 : 1.3
    const degree = clause.degree
    scale =
      factor ??
      (degree === undefined
        ? usual
        : clause.has('shrink')
          ? clamp(1 - 0.25 * degree, 0.3, 0.9)
          : 1 + 0.3 * degree)
  }
  return steps(
    { kind: 'move', target, right, down, scale: clamp(scale, 0.2, 5) },
    [named],
    named ? undefined : 0.75,
  )
}

function wordsOutside(clause: Clause, named: { from: number; to: number } | undefined): string {
  return clause.tokens
    .filter((token, at) => {
      const inside = named !== undefined && at >= named.from && at < named.to
      // `move the dog to the left`: the place after the noun is where it goes.
      return (
        !inside ||
        (!clause.cn &&
          at > named.from &&
          sense(token, 'place') !== undefined &&
          isSmall(token, 'clockwise', 'counter'))
      )
    })
    .map((each) => each.text)
    .join(' ')
}

/** Shape, size and place of the picture, and of things in it. */
export const geometryReaders: readonly ClauseReader[] = [
  cropping,
  straightening,
  flipping,
  rotating,
  extending,
  moving,
  resizing,
]
