import type { Random } from 'pentimento/random'
import type { Entry, WantedStep } from '../../perf/planner/entry.ts'
import { classes } from './wordings.ts'

/** A sentence with the classes that it is of, whose shares add up to one. */
export interface Lesson {
  readonly text: string
  readonly shares: readonly (readonly [name: string, share: number])[]
}

/** As many times each instruction that was written by hand stands among the lessons in other words. */
const variations = 4

/** Lessons of the instructions that were written by hand: each as it is, and with slips, frames and thanks around it. */
export function lessonsOf(entries: readonly Entry[], random: Random): readonly Lesson[] {
  return entries.flatMap(({ text, language, ...entry }) => {
    const shares = sharesOf(entry)
    if (shares.length === 0) return []
    const other = Array.from({ length: variations }, () =>
      language === 'cn' ? variedChinese(text, random) : variedEnglish(text, random),
    )
    return [text, ...other].map((each) => ({ text: each, shares }))
  })
}

/** The first of several right plans, and of several forms of a step, has more than half; steps share alike. */
function sharesOf(entry: Pick<Entry, 'doable' | 'category' | 'plans'>): Lesson['shares'] {
  if (!entry.doable) return [[entry.category === 'beyond-talk' ? 'unclear' : 'beyond', 1]]
  const sums = new Map<string, number>()
  const plans = entry.plans ?? []
  for (const [at, { steps }] of plans.slice(0, 3).entries())
    for (const forms of steps)
      for (const [form, step] of forms.entries()) {
        const share =
          (firstMore(at, Math.min(3, plans.length)) * firstMore(form, forms.length)) / steps.length
        const names = classesOfStep(step)
        for (const name of names) sums.set(name, (sums.get(name) ?? 0) + share / names.length)
      }
  const all = [...sums.values()].reduce((sum, share) => sum + share, 0)
  return [...sums].map(([name, share]) => [name, share / all] as const)
}

const firstMore = (at: number, count: number): number =>
  count === 1 ? 1 : at === 0 ? 0.7 : 0.3 / (count - 1)

function classesOfStep({ kind, want = {} }: WantedStep): readonly string[] {
  const namesAt = (path: string): readonly string[] => {
    const wanted = want[path]
    return Array.isArray(wanted) ? wanted.map((name: string) => name.replace('=', '')) : []
  }
  const named = (): readonly string[] => {
    if (kind === 'background') return namesAt('to.type').map((type) => `background:${type}`)
    if (kind === 'flip') return namesAt('axis').map((axis) => `flip:${axis}`)
    if (kind !== 'adjust') return [kind]
    const amount = want.amount
    const range = typeof amount === 'object' && 'min' in amount ? amount : { min: -1, max: 1 }
    const signs = range.max <= 0 ? ['-'] : range.min >= 0 ? ['+'] : ['+', '-']
    return namesAt('property').flatMap((property) => signs.map((sign) => `adjust:${property}${sign}`))
  }
  return named().filter((name) => classes.includes(name))
}

const english = {
  before:
    'please |can you |could you please |pls |hey, |hi, |i want you to |would you |kindly |ok so |just |i need you to |Hello! '.split(
      '|',
    ),
  after: ' please| pls|, thanks| thx|!| if possible| for me|, thank you so much| asap|.'.split('|'),
}
const chinese = {
  before: '请|帮我|麻烦|能不能|帮忙|我想|可以|想要|给我|老师，|你好，'.split('|'),
  after: '，谢谢|吧|一下|可以吗|谢谢！|哈|，急|呗|好吗|。'.split('|'),
}

function variedEnglish(text: string, random: Random): string {
  let varied = random.chance(0.25) ? text.toLowerCase() : text
  if (random.chance(0.2)) varied = varied.replace(/\b(?:the|a|an) /gi, '')
  if (random.chance(0.3)) varied = random.pick(english.before) + varied
  if (random.chance(0.25)) varied = varied.replace(/[.!?]+$/, '') + random.pick(english.after)
  return random.chance(0.3) ? slipped(varied, random) : varied
}

function variedChinese(text: string, random: Random): string {
  let varied = random.chance(0.3) ? random.pick(chinese.before) + text : text
  if (random.chance(0.25)) varied += random.pick(chinese.after)
  if (random.chance(0.15)) varied = varied.replace(/^(?:请|帮我|麻烦|把|给|将)/, '')
  return random.chance(0.1) ? varied.replace(/[，。！？、]/g, ' ') : varied
}

/** A letter lost, or two letters the other way round, in one of the words. */
function slipped(text: string, random: Random): string {
  const words = text.split(' ')
  const at = random.below(words.length)
  const word = words[at] ?? ''
  if (!/^[a-z]{5,}$/i.test(word)) return text
  const from = 1 + random.below(word.length - 2)
  const turned = random.chance(0.5) ? '' : (word[from + 1] ?? '') + word[from]
  words[at] = word.slice(0, from) + turned + word.slice(from + (turned === '' ? 1 : 2))
  return words.join(' ')
}
