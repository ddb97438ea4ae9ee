import { describe, expect, it } from 'vitest'
import { type Facts, phrasings } from '../../instructions/index.ts'
import { Random } from '../../random/index.ts'
import { instructionProblem, type TextProblem } from './checkText.ts'
import type { Claim } from './claims.ts'
import { grammarCaptioner } from './grammarCaptioner.ts'

const left = { en: 'on the left', cn: '左边' }
const dog = { en: 'dog', cn: '狗' }
const remove: Facts = { kind: 'subject-remove', subject: dog, place: left }
const blue: Facts = {
  kind: 'color_alter',
  object: { en: 'jacket', cn: '外套' },
  to: { en: 'blue', cn: '蓝色' },
}
const katydid: Facts = { kind: 'subject-add', subject: { en: 'katydid', cn: '螽斯' } }
const sign: Facts = { kind: 'text_change', action: 'replace', from: 'OPEN', to: '营业中' }
const claims: readonly Claim[] = [{ picture: 'source', type: 'object', thing: 'bench', says: '' }]

const problem = (text: string, facts: Facts, language: 'en' | 'cn' = 'en') =>
  instructionProblem(text, language, { facts, claims })

describe('an instruction that is right', () => {
  it.each([
    ['lose the pup', remove, 'en'],
    ['Remove the dog beside the bench on the left', remove, 'en'],
    ['把左边的小狗去掉', remove, 'cn'],
    ['make the coat navy blue', { ...blue, object: { en: 'coat', cn: '大衣' } }, 'en'],
    ['外套改成蓝色的', blue, 'cn'],
    ['put a katydid in', katydid, 'en'],
    ['加一只螽斯', katydid, 'cn'],
    ['change "OPEN" to "营业中"', sign, 'en'],
    ['把OPEN换成“营业中”', sign, 'cn'],
  ] as const)('%s', (text, facts, language) => {
    expect(problem(text, facts, language)).toBeUndefined()
  })
})

describe('one that is wrong is told why', () => {
  it.each([
    ['', remove, 'en', 'form'],
    ['Sure! Here is the instruction: remove the dog', remove, 'en', 'form'],
    ['{"text": "remove the dog"}', remove, 'en', 'form'],
    ['去掉狗', remove, 'en', 'language'],
    ['remove the dog', remove, 'cn', 'language'],
    ['remove the cat', remove, 'en', 'missing'],
    ['remove the object', remove, 'en', 'vague'],
    ['去掉那个东西', remove, 'cn', 'vague'],
    ['add a dog', remove, 'en', 'contradicts'],
    ['加一只狗', remove, 'cn', 'contradicts'],
    ['remove the dog on the right', remove, 'en', 'contradicts'],
    ['把右边的狗去掉', remove, 'cn', 'contradicts'],
    ['remove the dog next to the bicycle', remove, 'en', 'unsupported'],
    ['把自行车旁边的狗去掉', remove, 'cn', 'unsupported'],
    ['make the jacket green', blue, 'en', 'missing'],
    ['make the green jacket blue', blue, 'en', 'contradicts'],
    ['把绿色的外套改成蓝色', blue, 'cn', 'contradicts'],
    ['change "OPEN" to "CLOSED"', sign, 'en', 'missing'],
  ] as const)('%s', (text, facts, language, type: TextProblem['type']) => {
    expect(problem(text, facts, language)?.type).toBe(type)
  })
})

/** The grammar is true by construction, so nothing of it may be refused. */
describe('sentences of the grammar pass', () => {
  const noun = (en: string, cn: string) => ({ en, cn })
  const all: readonly Facts[] = [
    remove,
    blue,
    katydid,
    sign,
    { kind: 'subject-replace', from: dog, to: noun('cat', '猫'), place: left },
    { kind: 'material_alter', object: noun('vase', '花瓶'), material: noun('marble', '大理石') },
    { kind: 'background_change', subject: dog, background: noun('a snowy mountain', '雪山') },
    { kind: 'style_change', direction: 'to-style', style: noun('an oil painting', '油画') },
    { kind: 'motion_change', subject: dog, motion: noun('move to the left', '向左移动') },
    { kind: 'ps_human', retouch: noun('whiten the teeth', '美白牙齿'), strength: 'clear' },
    {
      kind: 'tone_transfer',
      action: 'season',
      change: noun('make it a snowy winter day', '变成下雪的冬天'),
      result: noun('a snowy winter day', '下雪的冬天'),
    },
  ]

  it.each(all.map((facts) => [facts.kind, facts] as const))('%s', async (kind, facts) => {
    expect(phrasings[kind]).toBeDefined()
    const captioner = grammarCaptioner({ typos: 0 })
    const drawn = await captioner.caption({ facts, random: new Random(3), count: 30 })
    const refused = drawn.flatMap(({ en, cn }) =>
      [problem(en, facts), problem(cn, facts, 'cn')].flatMap((each, i) =>
        each && each.type !== 'form' ? [`${i ? cn : en}: ${each.type} ${each.what}`] : [],
      ),
    )
    expect(refused).toEqual([])
  })
})
