import type { PlanColour, StepByKind } from '../../plan.ts'
import { beyond, type Clause, type ClauseReader, steps, unclear } from '../clause.ts'
import { sense } from '../senses.ts'
import { factorOf, noSides, numberBeside, ratioOf, sidesOf, toldSide } from './measures.ts'

export const resizing: ClauseReader = (clause) => {
  if (clause.has('rotate') || /half turn|半圈/.test(clause.text)) return undefined
  if (/\btaller\b/.test(clause.text) && clause.hasSmall('picture', 'it') && clause.mentions.length === 0)
    return steps({ kind: 'extend', sides: { left: 0, top: 0.25, right: 0, bottom: 0.25 }, fill: 'fill' })
  // `the statue looks tiny, double it`
  if (
    clause.mentions.length === 0 &&
    clause.antecedent &&
    ['thing', 'person'].includes(clause.antecedent.type) &&
    !clause.measure('pixels', 'size')
  )
    return undefined
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
  // `add 200 px of white space below`
  if (/white ?space|blank space|padding|\bborder|空白|白边|留白/.test(clause.text)) return undefined
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

export const extending: ClauseReader = (clause) => {
  if (!clause.has('extend')) return undefined
  if (/黑条|black bars?\b/.test(clause.text) && clause.ofType('eyes', 'face', 'text', 'person'))
    return undefined
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
  if (
    things.length > 0 &&
    !/border|frame|canvas|边框|画布|白边|黑边|\b(?:space|room|headroom|padding|margin)\b|空间|留白/.test(
      clause.text,
    )
  )
    return beyond
  const border =
    /border|frame|margin|matte|passe|letterbox|bars|边框|白边|黑边|相框|画框|加边|加框|留白|描边|外框|pillarbox|padding|polaroid|blank|拍立得|[白黑红蓝灰金粉绿黄]框|黑条/.test(
      clause.text,
    )
  const colours = clause.tokens.flatMap((token) => sense(token, 'colour') ?? [])
  const colour = colours[0]?.colour ?? borderColour(clause)
  const ratio = ratioOf(clause)
  const letterbox = /letterbox|bars|黑边|黑条|画幅|遮幅|宽银幕|cinema/.test(clause.text)
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
  const told = border ? undefined : toldSide(clause)
  const sides =
    sidesOf(clause, share) ??
    (told && { ...noSides, [told]: share }) ??
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
  const match = /(白|黑|红|蓝|灰|金|粉|绿|黄)色?(?:边|框|条)/.exec(clause.text)
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
