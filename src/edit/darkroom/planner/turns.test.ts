import { describe, expect, it } from 'vitest'
import { describePlan } from './describe.ts'
import { readInstruction } from './embedded.ts'

/** What is understood, in the words that users see. */
function read(instruction: string): string {
  const reading = readInstruction(instruction)
  return reading.type === 'plan'
    ? describePlan(reading.plan, /\p{Script=Han}/u.test(instruction) ? 'cn' : 'en')
    : reading.type
}

describe('turns of real requests', () => {
  it.each([
    // Hair by its colour.
    ['give her blonde hair', 'recolour "her blonde hair" → blonde (#e8d08c)'],
    ['he should have brown hair', 'recolour "brown hair" → brown (#7b4a2a)'],
    ['dye my hair purple', 'recolour "my hair" → purple (#7a3aa8)'],
    ['给她一头金发', '换色 “她” → 金发 (#e8d08c)'],
    ['发色换成栗棕色', '换色 “发色” → 栗棕色 (#7b4a2a)'],
    // What is told, and then asked.
    ['Two empty glasses are on the table, please clear them', 'erase "Two empty glasses"'],
    ['Somebody left a mop in the corner. Lose it.', 'erase "a mop"'],
    ['夜景噪点多，帮忙降噪', '调整 噪点 −50 %'],
    ['黑眼圈太重了，淡化', '修饰 dark-circles（“脸”）'],
    ['商品偏左了，往右移一点', '移动 “商品” 向右 10 %'],
    // Abbreviations, dashes, spaces between wishes.
    ['pls rmv the guy w/ the backpack', 'erase "the guy with the backpack"'],
    ['去水印 加边框', '去掉 “水印”；扩展 left 5 % top 5 % right 5 % bottom 5 % (white)'],
    // Who and where.
    ['桌上两只碗拿走吧', '去掉 “两只碗”'],
    ['左下角有只手入镜了，处理一下', '去掉 “手”'],
    ['nobody should be on the bridge', 'erase "nobody"'],
    ['i want the moon in the top right corner', 'move "the moon in the top right corner" to the top right'],
    ['put the bottle on a white background', 'background → white (#ffffff) behind "the bottle"'],
    // Texts that nobody quoted.
    ['price was $19, put $15 instead', 'replace text "$19" → "$15"'],
    ['correct: Occured -> Occurred', 'replace text "Occured" → "Occurred"'],
    ['左下角署名：老王', '写上 "老王" 左下角'],
    // What stays.
    [
      'change the wall to yellow but the painting stays untouched',
      'recolour "the wall" → yellow (#f2c828) (keep "the painting")',
    ],
    ['width 800px keep ratio', 'resize 800×auto'],
    // Lists of retouches, and a wish beside them.
    [
      '帮我瘦脸，去黑眼圈，背景换白',
      '修饰 slimmer-face（“脸”）；修饰 dark-circles（“脸”）；背景 → 白 (#ffffff)',
    ],
    ['磨皮美白瘦脸', '修饰 smooth-skin（“脸”）；修饰 slimmer-face（“脸”）；修饰 brighten-skin（“脸”）'],
    ['remove the cat and the dog', 'erase "the cat", then erase "the dog"'],
  ])('%s', (instruction, understood) => {
    expect(read(instruction)).toBe(understood)
  })

  it.each(['give her a bob cut', 'make me taller', '桌子太空了，摆个花瓶上去', 'the other one'])(
    '%s is refused',
    (instruction) => {
      expect(readInstruction(instruction).type).not.toBe('plan')
    },
  )
})
