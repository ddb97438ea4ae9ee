import type { PlanColour } from '../../plan.ts'

/** `hex name, name; …`: the first name is the colour's name in a plan. CSS names follow below. */
const rows = `
d02828 red, 红色, 红, 大红, 大红色, 正红, 正红色, 赤色, 朱红, 朱红色, 中国红, reddish, 红彤彤
e62020 bright red, vivid red, scarlet, 鲜红, 鲜红色, 亮红色, 艳红, 艳红色, 火红, 火红色, fire engine red, vermilion, ferrari red
8b1a1a dark red, deep red, 深红, 深红色, 暗红, 暗红色
722f37 wine red, wine, burgundy, bordeaux, claret, oxblood, 酒红, 酒红色, 勃艮第, 枣红, 枣红色, 葡萄酒色
800000 maroon, 栗色, 褐红色, 绛红
a52a2a brick red, 砖红, 砖红色, rust red, rust, 铁锈红, 锈红色
b22234 cherry red, 樱桃红, cherry color
e0115f ruby, ruby red, 宝石红
dc143c crimson, 绯红, 绯红色, 胭脂红
e34234 tomato red, 番茄红
f08a24 orange, 橙色, 橙, 橘色, 橘, 橘黄, 橘黄色, 橙黄, 橙黄色, 桔色, 桔黄色, orangey
e2571e dark orange, 深橙色, burnt orange, 焦橙色, 橘红, 橘红色, 橙红, 橙红色, orange red
ffb347 light orange, 浅橙色, 浅橘色
f2c828 yellow, 黄色, 黄, 大黄, yellowish, 正黄色, 鲜黄色
ffe135 bright yellow, 明黄, 明黄色, 亮黄, 亮黄色, lemon yellow, 柠檬黄, 嫩黄, 嫩黄色, canary yellow, neon yellow, 荧光黄
fff3a0 light yellow, pale yellow, 浅黄, 浅黄色, 淡黄, 淡黄色, 鹅黄, 鹅黄色, pastel yellow, 奶黄色
c9a227 dark yellow, mustard, mustard yellow, ochre, 芥末黄, 土黄, 土黄色, 姜黄, 姜黄色, 深黄色, 赭石色
389645 green, 绿色, 绿, greenish, 正绿色, 草绿, 草绿色, grass green, 翠绿, 翠绿色
1e5631 dark green, deep green, forest green, bottle green, hunter green, british racing green, racing green, 深绿, 深绿色, 墨绿, 墨绿色, 暗绿色, 森林绿
90d890 light green, pale green, 浅绿, 浅绿色, 淡绿, 淡绿色, 嫩绿, 嫩绿色, pastel green
32cd32 bright green, lime green, lime, neon green, apple green, 亮绿色, 荧光绿, 苹果绿, 鲜绿, 鲜绿色, 柠檬绿
98e8c8 mint green, mint, 薄荷绿, 薄荷绿色, 薄荷色
708238 olive green, olive, 橄榄绿, 橄榄色, 橄榄绿色, army green, military green, 军绿, 军绿色, khaki green
50c878 emerald, emerald green, 祖母绿, 翡翠绿
9caf88 sage, sage green, 鼠尾草绿, 豆绿, 灰绿色, 抹茶绿, 抹茶色
24a8a8 turquoise, cyan, 青色, 青, 青绿色, 青绿, 绿松石色, 松石绿, 湖蓝, 湖蓝色, 湖绿色, aqua
008080 teal, 蓝绿色, 水鸭色, 孔雀绿, 孔雀蓝, petrol
265cc4 blue, 蓝色, 蓝, bluish, 正蓝色, 大蓝
1c2e66 dark blue, 蓝黑, 蓝黑色, deep blue, navy blue, navy, midnight blue, 深蓝, 深蓝色, 藏蓝, 藏蓝色, 藏青, 藏青色, 海军蓝, 午夜蓝, 暗蓝色
87b8e8 light blue, pale blue, 浅蓝, 浅蓝色, 淡蓝, 淡蓝色, baby blue, pastel blue, 粉蓝, 粉蓝色, 婴儿蓝, 雾霾蓝
59a8e8 sky blue, 天蓝, 天蓝色, azure, 蔚蓝, 蔚蓝色, 碧蓝
1f51ff bright blue, electric blue, royal blue, cobalt blue, cobalt, 宝蓝, 宝蓝色, 皇家蓝, 钴蓝, 亮蓝色, 克莱因蓝, 克莱因, 宝石蓝, 电光蓝
7a3aa8 purple, 紫色, 紫, violet, 紫罗兰, 紫罗兰色
4b2070 dark purple, deep purple, indigo, 深紫, 深紫色, 靛蓝, 靛蓝色, 靛色, plum, 暗紫色, 茄子紫
c4a7e7 light purple, lavender color, lavender, lilac, mauve, 浅紫, 浅紫色, 淡紫, 淡紫色, 薰衣草色, 薰衣草紫, 丁香紫, 香芋紫, 香芋色, 藕荷色, pastel purple
f078aa pink, 粉色, 粉红, 粉红色, 粉, 桃粉色, 桃红, 桃红色, pinkish, 少女粉
f8c8d8 light pink, pale pink, baby pink, pastel pink, blush pink, 浅粉, 浅粉色, 淡粉, 淡粉色, 嫩粉色, 樱花粉, 藕粉色, 裸粉色
ff2e93 hot pink, neon pink, bright pink, fuchsia, magenta, 亮粉色, 玫红, 玫红色, 玫瑰红, 洋红, 洋红色, 品红, 品红色, 荧光粉, 艳粉色, 死亡芭比粉
b76e79 rose gold, 玫瑰金, 玫瑰金色, dusty rose, old rose, 豆沙色, 豆沙粉, dusty pink
ff7f6e coral, coral red, 珊瑚色, 珊瑚红, 珊瑚橙
fa8072 salmon, salmon pink, 鲑鱼色, 三文鱼色
ffcba4 peach color, peachy, 桃色, 蜜桃色, apricot, 杏色, 杏黄色
7b4a2a brown, 栗棕色, 栗棕, 冷棕, 冷棕色, 棕色, 棕, 褐色, 褐, 咖啡色, 咖色, 啡色, brownish, 土色
4a2c1a dark brown, chocolate brown, 深棕, 深棕色, 深褐色, 深咖色, 深咖啡色, 巧克力色
b5835a light brown, 浅棕, 浅棕色, 浅褐色, 浅咖色, caramel, 焦糖色, 驼色, camel color, tan color
141414 black, 黑色, 黑, 乌黑, 纯黑, 纯黑色, 墨黑, 墨色, jet black, pitch black, pure black, solid black, 全黑
ffffff white, 白色, 白, 纯白, 纯白色, 雪白, 雪白色, 洁白, pure white, solid white, plain white, snow white, 亮白色, 全白
f5f0e6 off white, cream, cream white, ivory, 米白, 米白色, 奶白, 奶白色, 乳白, 乳白色, 象牙白, 象牙色, 奶油色, 奶油白, eggshell
808080 gray, 灰色, 灰, grayish, 中灰, 中灰色
404040 dark gray, charcoal gray, 深灰, 深灰色, 炭灰, 炭灰色, anthracite, slate color, graphite
c8c8c8 light gray, pale gray, 浅灰, 浅灰色, 淡灰, 淡灰色, 银灰, 银灰色, silver gray, 高级灰
e3d5b8 beige, 米色, 米黄, 米黄色, 卡其, 卡其色, khaki, sand color, sandy, nude, 裸色, 沙色
d4a82c golden, gold, 金色, 金黄, 金黄色, gold colored, golden yellow, 香槟金, 土豪金
c0c5cc silver, 银色, 银白, 银白色, silver colored, silvery
e8d08c blonde, blond, 金发, 金发色, 亚麻色, 亚麻金, 亚麻, 金棕色, 奶茶色, 浅金, platinum blonde, platinum, golden blonde, 浅金色, 白金色, 金黄色头发
a0522d auburn, ginger, redhead, copper red, 红棕, 红棕色, 红褐色, 赤褐色
3b2417 brunette, dark chestnut, 黑棕色, 自然黑
b87333 copper color, bronze, 古铜色, 铜色, 青铜色
f0ead2 champagne, 香槟色, vanilla color
0abab5 tiffany blue, 蒂芙尼蓝, 蒂芙尼绿
c19a6b hazel, hazelnut, amber, 琥珀色, 榛子色
c66b3d terracotta, terra cotta, burnt sienna, 陶土色, 砖橙色, 赤陶色
483c32 taupe, 灰褐色, 深灰褐
8e4585 aubergine, eggplant color, raisin, 茄紫色
ccccff periwinkle, 长春花蓝
d8b4c8 dusty lilac, 藕粉紫, 香芋粉
ff69b4 bubblegum pink, bubblegum, barbie pink, 芭比粉
e6c27a honey blonde, strawberry blonde, ash blonde, dirty blonde, 蜂蜜金, 亚麻灰金
c0c0c8 silver gray hair, ash gray, 奶奶灰, 灰白, 灰白色, 烟灰, 烟灰色
7b3f00 chocolate, chestnut, mahogany, walnut, espresso, 巧克力, 胡桃色, 红木色, 咖啡棕, 摩卡色
f0ff3c neon, highlighter yellow
b8c4d0 ice blue, icy blue, 冰蓝, 冰蓝色
2a5d7c denim blue, 牛仔蓝
5d6d7e blue gray, slate blue gray, steel gray, 蓝灰, 蓝灰色
e8dfd0 oatmeal, linen color, 燕麦色, 亚麻白
a8b5a0 eucalyptus, 莫兰迪绿, 豆沙绿, 牛油果绿
b0a8c0 莫兰迪紫, 灰紫, 灰紫色
d9a6a0 莫兰迪粉, 灰粉, 灰粉色, 脏粉, 脏粉色
e4a672 奶茶棕, 奶咖色, 拿铁色
00b140 chroma green, green screen, chroma key green, 绿幕, 绿幕色
`

const css = `aliceblue f0f8ff antiquewhite faebd7 aquamarine 7fffd4 bisque ffe4c4 blanchedalmond ffebcd blueviolet 8a2be2
burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 cornflowerblue 6495ed cornsilk fff8dc darkcyan 008b8b darkgoldenrod b8860b
darkkhaki bdb76b darkmagenta 8b008b darkolivegreen 556b2f darkorchid 9932cc darksalmon e9967a darkseagreen 8fbc8f
darkslateblue 483d8b darkslategray 2f4f4f darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff
dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0 gainsboro dcdcdc ghostwhite f8f8ff goldenrod daa520 greenyellow adff2f
honeydew f0fff0 hotpink ff69b4 indianred cd5c5c lavenderblush fff0f5 lawngreen 7cfc00 lemonchiffon fffacd lightcoral f08080
lightcyan e0ffff lightgoldenrodyellow fafad2 lightsalmon ffa07a lightseagreen 20b2aa lightskyblue 87cefa lightslategray 778899
lightsteelblue b0c4de limegreen 32cd32 linen faf0e6 mediumaquamarine 66cdaa mediumblue 0000cd mediumorchid ba55d3
mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee mediumspringgreen 00fa9a mediumturquoise 48d1cc
mediumvioletred c71585 mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead oldlace fdf5e6 olivedrab 6b8e23
orangered ff4500 orchid da70d6 palegoldenrod eee8aa paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9
peru cd853f powderblue b0e0e6 rebeccapurple 663399 rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513 sandybrown f4a460
seagreen 2e8b57 seashell fff5ee sienna a0522d skyblue 87ceeb slateblue 6a5acd slategray 708090 springgreen 00ff7f
steelblue 4682b4 thistle d8bfd8 wheat f5deb3 whitesmoke f5f5f5 yellowgreen 9acd32`

/** Word boundaries in CSS names: `lightskyblue` → `light sky blue`. */
const parts =
  /^(dark|light|medium|pale|deep|hot|lawn|lime|mint|misty|old|olive|orange|midnight|navajo|papaya|peach|powder|rebecca|rosy|royal|saddle|sandy|sea|sky|slate|spring|steel|white|yellow|alice|antique|blanched|blue|burly|cadet|cornflower|dodger|fire|floral|ghost|golden|green|honey|indian|lemon)(?=.)/

function spaced(name: string): string {
  const [, first] = parts.exec(name) ?? []
  if (first === undefined || /^(golden|honey|fire|corn)/.test(name)) return name
  return `${first} ${spaced(name.slice(first.length))}`
}

/** Colours by their names, in both languages. */
export const knownColours: ReadonlyMap<string, PlanColour> = new Map([
  ...[...css.matchAll(/([a-z]+) ([0-9a-f]{6})/g)].flatMap(([, name = '', hex = '']) =>
    [name, spaced(name)].map((each) => [each, { name: spaced(name), hex: `#${hex}` }] as const),
  ),
  ...rows
    .trim()
    .split('\n')
    .flatMap((row) => {
      const hex = `#${row.slice(0, 6)}`
      const names = row.slice(7).split(', ')
      const bare = names.flatMap((name) => (/^\p{Script=Han}{2,}色$/u.test(name) ? [name.slice(0, -1)] : []))
      return [...names, ...bare.filter((name) => !names.includes(name) && name.length > 1)].map(
        (name) => [name, { name, hex }] as const,
      )
    }),
])

const modified: readonly (readonly [words: RegExp, lightness: number, chroma: number])[] = [
  [/^(?:matte|glossy|metallic|shiny|solid|plain|pure|classic|哑光|磨砂|亮面|金属|纯|正)/, 1, 1],
  [/^(?:dark|deep|dull|深|暗)/, 0.66, 1],
  [/^(?:light|pale|soft|faint|pastel|浅|淡|嫩|柔)/, 1.5, 0.7],
  [/^(?:bright|vivid|vibrant|neon|fluorescent|亮|鲜|艳|荧光)/, 1.12, 1.25],
]

/** `soft blue`, `浅橄榄绿`: a known colour lighter, darker or brighter; undefined for words that are not a colour. */
export function colourOf(words: string): PlanColour | undefined {
  const known = knownColours.get(words)
  if (known) return known.name === words ? known : { name: words, hex: known.hex }
  for (const [pattern, lightness, chroma] of modified) {
    const rest = words.replace(pattern, '').trim()
    const base = rest === words ? undefined : knownColours.get(rest)
    if (base) return { name: words, hex: changed(base.hex, lightness, chroma) }
  }
  return undefined
}

/** Lightness by a factor, towards white above 1; chroma around the grey by a factor. */
function changed(hex: string, lightness: number, chroma: number): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  const grey = channels.reduce((sum, value) => sum + value, 0) / 3
  const result = channels.map((value) => {
    const pure = grey + (value - grey) * chroma
    const lit = lightness <= 1 ? pure * lightness : pure + (255 - pure) * (lightness - 1)
    return Math.min(255, Math.max(0, Math.round(lit)))
  })
  return `#${result.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
