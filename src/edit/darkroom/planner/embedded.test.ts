import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/runs.ts'
import type { Reading, Step } from '../plan.ts'
import { planSchema } from '../planSchema.ts'
import { describePlan } from './describe.ts'
import { embeddedPlanner, readInstruction } from './embedded.ts'
import { corrected } from './words/spelling.ts'

const planOf = (instruction: string, options = {}): Extract<Reading, { type: 'plan' }>['plan'] => {
  const reading = readInstruction(instruction, options)
  if (reading.type !== 'plan') throw new Error(`'${instruction}' was read as ${JSON.stringify(reading)}`)
  return reading.plan
}
/** What is understood, in the words that users see. */
const read = (instruction: string, options = {}): string => {
  const reading = readInstruction(instruction, options)
  return reading.type === 'plan'
    ? describePlan(reading.plan, /\p{Script=Han}/u.test(instruction) ? 'cn' : 'en')
    : reading.type
}

describe('the embedded planner reads', () => {
  it.each([
    ['remove the red car on the left', 'erase "the red car on the left"'],
    ['could u pls get rid of the trash can next to the door?', 'erase "the trash can next to the door"'],
    ['My ex is on the right, take him out', 'erase "My ex"'],
    ['把左边那个戴帽子的人P掉', '去掉 “左边那个戴帽子的人”'],
    ['make the door teal', 'recolour "the door" → teal (#008080)'],
    ['把車改成藍色', '换色 “车” → 蓝色 (#265cc4)'],
    ['turn the table into marble', 'change the material of "the table" → marble'],
    ['move the cup a bit to the left', 'move "the cup" left by 10 %'],
    ["blur everyone's faces", 'obscure "everyone\'s faces" (blur)'],
    ['给车牌打码', '遮挡 “车牌” (马赛克)'],
    ['slightly blur the background', 'background blur 50 %'],
    ['background: gradient from blue to purple', 'background → blue – purple'],
    ['抠图', '背景 透明'],
    ["change 'OPEN' to 'CLOSED'", 'replace text "OPEN" → "CLOSED"'],
    ['write "Hi" at the top in red', 'write "Hi" top red'],
    ['make it 20% brighter', 'adjust brightness +20 %'],
    ['天空太亮了，压一点', '调整 亮度 −15 %（“天空”）'],
    ['black & white please', 'look black-and-white'],
    ['变成水彩画', '风格 watercolour'],
    ['whiten my teeth', 'retouch whiter-teeth on "the face"'],
    ['去红眼', '去红眼'],
    ['crop to 16:9', 'crop to ratio 1.78'],
    ['cut off the bottom third', 'crop bottom 33 %'],
    ['rotate 90° counterclockwise', 'rotate -90°'],
    ['the horizon is tilted', 'straighten'],
    ['左右翻转', '翻转 左右'],
    ['resize to 1200 px wide', 'resize 1200×auto'],
    ['make it square without cropping', 'extend to ratio 1 (fill)'],
    [
      'remove the lamp and warm it up, but keep the sky as it is',
      'erase "the lamp", then adjust warmth +30 % (keep "the sky")',
    ],
    ['去掉路人，再把裙子改成红色', '去掉 “路人”；换色 “裙子” → 红色 (#d02828)'],
  ])('%s', (instruction, understood) => {
    expect(read(instruction)).toBe(understood)
  })

  it.each([
    ['change the sign to say Open', 'replace text → "Open"'],
    ['make the sign read Closed for summer', 'replace text → "Closed for summer"'],
    ['rename the shop to Miller and Sons', 'replace text → "Miller and Sons"'],
    ["my name is misspelled, it's Katherine not Catherine", 'replace text "Catherine" → "Katherine"'],
    ['the price should be 5.99 instead of 4.99', 'replace text "4.99" → "5.99"'],
    ['change the 2019 on the banner to 2024', 'replace text "2019" → "2024"'],
    ['update the phone number to 555-0199', 'replace text → "555-0199"'],
    ['put Merry Christmas in the lower left corner', 'write "Merry Christmas" bottom left'],
    ['把SALE换成SOLD', '替换文字 "SALE" → "SOLD"'],
    ['错别字改一下，饭店写成了反店', '替换文字 "反店" → "饭店"'],
    ['店名换成王记面馆', '替换文字 → "王记面馆"'],
  ])('words that nobody quoted: %s', (instruction, understood) => {
    expect(read(instruction)).toBe(understood)
  })

  it.each([
    'make the shirt red',
    'the sign should be blue',
    'the text should be bigger',
    'change the label to a red one',
    'replace the sign with a tree',
    'replace the text with a logo',
  ])('no wish about lettering as words to write: %s', (instruction) => {
    expect(read(instruction)).not.toContain('replace text')
  })

  it.each([
    ['center the dog', 'move "the dog" to the center'],
    ['人物居中', '移动 “人物” 到中间'],
    ['put the cat in the bottom left corner', 'move "the cat" to the bottom left'],
    ['把杯子放到右下角', '移动 “杯子” 到右下角'],
    ['scoot the guy over to the left', 'move "the guy" left by 20 %'],
    ['rotate a couple degrees to the left', 'rotate -2°'],
    ['图片倒了，转过来', '旋转 180°'],
    ['b/w but keep the red umbrella', 'look black-and-white (keep "the red umbrella")'],
    ['take the date stamp off', 'erase "the date stamp"'],
    ['加个相框', '扩展 left 5 % top 5 % right 5 % bottom 5 % (white)'],
  ])('where things go: %s', (instruction, understood) => {
    expect(read(instruction)).toBe(understood)
  })

  it.each(['rounded corners', 'add a drop shadow', '圆角'])('no other edit for %s', (instruction) => {
    expect(read(instruction)).toBe('beyond')
  })

  it('places, orders, sizes and colours of a target', () => {
    expect(planOf('remove the third person from the right').steps).toMatchObject([
      { kind: 'erase', target: { noun: 'person', order: { index: 3, from: 'right' } } },
    ])
    expect(planOf('把左数第二个红色的杯子去掉').steps).toMatchObject([
      { target: { noun: 'cup', colour: { hex: '#d02828' }, order: { index: 2, from: 'left' } } },
    ])
    expect(planOf('erase all the birds at the top').steps).toMatchObject([
      { target: { noun: 'bird', all: true, place: 'top' } },
    ])
    expect(planOf('delete the biggest rock').steps).toMatchObject([{ target: { size: 'largest' } }])
  })

  it('slips of the keyboard and of the input method', () => {
    expect(read('remvoe teh cat')).toBe('erase "teh cat"')
    expect(read('北京变成白色')).toBe('背景 → 白色 (#ffffff)')
  })

  it.each([
    ['soooo dark, help', 'adjust brightness +30 %'],
    ['rotate -7°', 'rotate -7°'],
    ['偏绿了，校正一下', '调整 色调偏移 +30 %'],
    ['exposure -0.3', 'adjust brightness −10 %'],
    [
      'whiten my teeth, smooth my skin and blur the background',
      'retouch whiter-teeth on "the face", then retouch smooth-skin on "the face", then background blur',
    ],
    [
      'erase the wires, darken the sky and add a vignette',
      'erase "the wires", then adjust brightness −30 % on "the sky", then adjust vignette +30 %',
    ],
    ['I sell my house and the truck is in the shot. Take it out please', 'erase "the truck"'],
    [
      "brighten the room but don't touch the window",
      'adjust brightness +30 % on "the room" (keep "the window")',
    ],
    ['turn the traffic light green', 'recolour "the traffic light" → green (#389645)'],
    ['树后面露出来的车弄没', '去掉 “车”'],
    ['make her blonde', 'recolour "her" → blonde (#e8d08c)'],
  ])('one wish by the turns that people have for it: %s', (instruction, understood) => {
    expect(read(instruction)).toBe(understood)
  })

  it('words that are right as they are for no slips of others', () => {
    expect(corrected('remvoe')).toBe('remove')
    for (const word of ['three', 'later', 'clearer', 'pounds', 'chance'])
      expect(corrected(word)).toBeUndefined()
    expect(read('lose 20 pounds off me')).toBe('beyond')
  })

  it.each(['cool pic!', '不错不错', 'is it going to rain', 'fix the spelling of "recieve"'])(
    'no wish in: %s',
    (text) => {
      expect(readInstruction(text).type).toBe('unclear')
    },
  )

  it('`this` only where a region was given', () => {
    expect(planOf('remove this', { region: true }).steps).toMatchObject([{ target: { type: 'region' } }])
    expect(readInstruction('remove this').type).toBe('unclear')
  })

  it('as many steps as were asked for', () => {
    const kinds = (steps: readonly Step[]) => steps.map(({ kind }) => kind)
    expect(kinds(planOf('straighten + crop 1:1 + sharpen').steps)).toEqual(['straighten', 'crop', 'adjust'])
    expect(kinds(planOf('The dog is too dark, please brighten it').steps)).toEqual(['adjust'])
  })
})

describe('what only the trained reader understands', () => {
  it.each([
    ['we all look like vampires because of the flash', 'red eyes'],
    ['my husband held the phone at an angle', 'straighten'],
    ['make the bin vanish into thin air', 'erase "the bin"'],
    ['the vase, but marble', 'change the material of "the vase" → marble'],
    ['背后那个打伞的大妈抢镜了', '去掉 “背后那个打伞的大妈”'],
  ])('%s', (instruction, understood) => {
    expect(read(instruction)).toBe(understood)
  })
})

describe('what it does not read into a plan', () => {
  it.each([
    'add a dragon',
    'make him smile',
    'turn the cat into a dog',
    'change her dress to a suit',
    'show it from above',
    '加一只狗',
    '让她闭上眼睛',
  ])('%s is beyond', (instruction) => {
    expect(readInstruction(instruction)).toMatchObject({ type: 'beyond', wish: instruction })
  })

  it.each([
    'what kind of dog is this?',
    'asdfghjkl',
    'thanks, looks great!',
    'undo',
    '在吗',
    '这是什么花？',
    '',
    '?!',
  ])('%s is unclear', (instruction) => {
    expect(readInstruction(instruction).type).toBe('unclear')
  })

  it.each(['add a hat to the dog', '给狗戴个帽子', 'hello', '你好'])(
    '%s comes with what can be done',
    (instruction) => {
      const reading = readInstruction(instruction)
      if (reading.type === 'plan') throw new Error('expected no plan')
      expect(reading.nearest.length).toBe(3)
      for (const near of reading.nearest) expect(readInstruction(near).type).toBe('plan')
    },
  )
})

it('takes anything, and plans always fit the schema', async () => {
  const planner = embeddedPlanner()
  const words = fc.constantFrom(
    ...'remove make the a car red sky left and , . to of blur 50% "x" crop 16:9 it not keep but except all 把 去掉 汽车 红色 变成 的 ， 背景 虚化 再 不要 一点 左边 第二个 2x #fff 换成 里'.split(
      ' ',
    ),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(words, fc.string({ maxLength: 6 })), { maxLength: 14 }),
      async (list) => {
        const reading = await planner.read(list.join(' '), {})
        if (reading.type !== 'plan') return
        expect(planSchema.safeParse(reading.plan).success).toBe(true)
        expect(reading.confidence).toBeGreaterThanOrEqual(0.5)
      },
    ),
    { numRuns: runs(150) },
  )
})
