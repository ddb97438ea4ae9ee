import { describe, expect, it } from 'vitest'
import { cocoNouns, commonNouns, nounOf, placeOf } from './nouns.ts'
import {
  article,
  counted,
  definite,
  gerundOf,
  indefinite,
  measureOf,
  owned,
  placed,
  pluralOf,
  pointed,
  presentOf,
} from './words.ts'

const left = { en: 'on the left', cn: '左边' }
const noun = (en: string, cn = '') => ({ en, cn })

describe('English words', () => {
  it.each([
    ['apple', 'an'],
    ['dog', 'a'],
    ['hour', 'an'],
    ['honest man', 'an'],
    ['house', 'a'],
    ['unicorn', 'a'],
    ['uniform', 'a'],
    ['unimportant sign', 'an'],
    ['umbrella', 'an'],
    ['European town', 'a'],
    ['one-way sign', 'a'],
    ['UFO', 'a'],
    ['LED lamp', 'an'],
    ['X-ray', 'an'],
    ['TV', 'a'],
    ['8-bit picture', 'an'],
    ['18th century house', 'an'],
    ['used car', 'a'],
    ['ugly car', 'an'],
    ['old car', 'an'],
    ['T-shirt', 'a'],
  ])('%s takes %s', (word, wanted) => {
    expect(article(word)).toBe(wanted)
  })

  it.each([
    ['dog', 'dogs'],
    ['bus', 'buses'],
    ['sandwich', 'sandwiches'],
    ['person', 'people'],
    ['wine glass', 'wine glasses'],
    ['teddy bear', 'teddy bears'],
    ['glass of water', 'glasses of water'],
    ['man with a hat', 'men with a hat'],
    ['knife', 'knives'],
    ['computer mouse', 'computer mice'],
    ['sheep', 'sheep'],
    ['scissors', 'scissors'],
    ['grass', 'grass'],
    ['butterfly', 'butterflies'],
    ['donkey', 'donkeys'],
    ['box', 'boxes'],
    ['TV', 'TVs'],
  ])('several of %s are %s', (one, several) => {
    expect(pluralOf(noun(one))).toBe(several)
  })

  it('says a thing, stuff, and pairs', () => {
    expect(indefinite(noun('apple'))).toBe('an apple')
    expect(indefinite(noun('car'), { en: 'orange', cn: '橙色' })).toBe('an orange car')
    expect(indefinite(noun('scissors'))).toBe('a pair of scissors')
    expect(indefinite(noun('people'))).toBe('some people')
    expect(indefinite(noun('grass'))).toBe('some grass')
    expect(definite(noun('car'), { place: left, quality: { en: 'red', cn: '红色' } })).toBe(
      'the red car on the left',
    )
  })

  it('bends verbs', () => {
    const verbs = 'move sit run turn raise lie be see walk open dye'.split(' ')
    expect(verbs.map(gerundOf).join(' ')).toBe(
      'moving sitting running turning raising lying being seeing walking opening dyeing',
    )
    expect(presentOf('move to the left', noun('dog'))).toBe('moves to the left')
    expect(presentOf('reach out', noun('dog'))).toBe('reaches out')
    expect(presentOf('fly away', noun('bird'))).toBe('flies away')
    expect(presentOf('be closer', noun('dog'))).toBe('is closer')
    expect(presentOf('walk away', noun('people'))).toBe('walk away')
  })
})

describe('Chinese words', () => {
  it('counts with the measure word of the noun', () => {
    expect(counted(noun('dog', '狗'))).toBe('一只狗')
    expect(counted(noun('truck', '大卡车'))).toBe('一辆大卡车')
    expect(counted(noun('car', '汽车'), { en: 'red', cn: '红色' })).toBe('一辆红色的汽车')
    expect(counted(noun('thing', '东西'))).toBe('一个东西')
    expect(counted({ en: 'woman', cn: '女士', measure: '位' })).toBe('一位女士')
    expect(counted(noun('grass', '草'))).toBe('一些草')
  })

  it('says where with no more 的 than needed', () => {
    expect(placed(noun('dog', '狗'))).toBe('狗')
    expect(placed(noun('dog', '狗'), { place: left })).toBe('左边的狗')
    expect(placed(noun('car', '汽车'), { place: left, quality: { en: 'red', cn: '红色' } })).toBe(
      '左边红色的汽车',
    )
    expect(owned(noun('car', '汽车'), { place: left, quality: { en: 'red', cn: '红色' } })).toBe(
      '左边红色汽车的',
    )
    expect(pointed(noun('dog', '狗'), left)).toBe('左边那只狗')
    expect(pointed(noun('person on the left', '左边的人'))).toBe('左边的那个人')
  })
})

describe('nouns', () => {
  it('are the 80 of COCO and more', () => {
    expect(Object.keys(cocoNouns)).toHaveLength(80)
    expect(nounOf('Dog')).toEqual({ en: 'dog', cn: '狗' })
    expect(nounOf('toString')).toBeUndefined()
  })

  it('count as people count them', () => {
    const all = Object.values({ ...cocoNouns, ...commonNouns })
    expect(all.map((each) => `${each.cn === '' ? '?' : counted(each)}`).join(' ')).toMatchInlineSnapshot(
      `"一个人 一辆自行车 一辆汽车 一辆摩托车 一架飞机 一辆公交车 一列火车 一辆卡车 一艘小船 一个红绿灯 一个消防栓 一个停车标志 一个停车计时器 一张长椅 一只鸟 一只猫 一只狗 一匹马 一只羊 一头牛 一头大象 一只熊 一匹斑马 一只长颈鹿 一个背包 一把雨伞 一个手提包 一条领带 一个行李箱 一个飞盘 一副滑雪板 一块单板滑雪板 一个球 一只风筝 一根棒球棒 一只棒球手套 一块滑板 一块冲浪板 一支网球拍 一个瓶子 一只酒杯 一个杯子 一把叉子 一把刀 一把勺子 一只碗 一根香蕉 一个苹果 一个三明治 一个橙子 一些西兰花 一根胡萝卜 一个热狗 一块披萨 一个甜甜圈 一个蛋糕 一把椅子 一张沙发 一盆盆栽 一张床 一张餐桌 一个马桶 一台电视 一台笔记本电脑 一个鼠标 一个遥控器 一个键盘 一部手机 一台微波炉 一台烤箱 一台烤面包机 一个水槽 一台冰箱 一本书 一个时钟 一个花瓶 一把剪刀 一只泰迪熊 一个吹风机 一把牙刷 一个男人 一个女人 一个孩子 一个男孩 一个女孩 几个人 一张脸 一棵树 一朵花 一片叶子 一片草地 一朵蘑菇 一只蝴蝶 一条鱼 一只鸭子 一只鸡 一只兔子 一只松鼠 一只青蛙 一只企鹅 一只乌龟 一头猪 一只老虎 一头狮子 一只猴子 一只猫头鹰 一栋房子 一座建筑 一座塔 一座桥 一扇门 一扇窗户 一面墙 一条路 一座山 一片天空 一朵云 一片海面 一块石头 一个月亮 一个太阳 一颗星星 一道彩虹 一个雪人 一个气球 一个热气球 一座雕像 一盏灯 一根蜡烛 一盏路灯 一块牌子 一面旗帜 一顶帽子 一件衬衫 一件T恤 一件连衣裙 一件外套 一条牛仔裤 一只鞋 一副眼镜 一副墨镜 一枚戒指 一块手表 一台相机 一把吉他 一架钢琴 一张桌子 一个盒子 一个篮子 一个盘子 一个南瓜 一颗草莓 一颗樱桃 一串葡萄 一个柠檬 一个梨 一个西瓜 一个番茄 一些面包 一枚硬币 一把钥匙 一个铃铛 一枚火箭 一架直升机 一台拖拉机 一辆消防车 一顶帐篷 一个主体 一个前景"`,
    )
    expect(all.map((each) => indefinite(each)).join(', ')).toMatchInlineSnapshot(
      `"a person, a bicycle, a car, a motorcycle, an airplane, a bus, a train, a truck, a boat, a traffic light, a fire hydrant, a stop sign, a parking meter, a bench, a bird, a cat, a dog, a horse, a sheep, a cow, an elephant, a bear, a zebra, a giraffe, a backpack, an umbrella, a handbag, a tie, a suitcase, a frisbee, a pair of skis, a snowboard, a ball, a kite, a baseball bat, a baseball glove, a skateboard, a surfboard, a tennis racket, a bottle, a wine glass, a cup, a fork, a knife, a spoon, a bowl, a banana, an apple, a sandwich, an orange, some broccoli, a carrot, a hot dog, a pizza, a donut, a cake, a chair, a couch, a potted plant, a bed, a dining table, a toilet, a TV, a laptop, a computer mouse, a remote control, a keyboard, a phone, a microwave, an oven, a toaster, a sink, a refrigerator, a book, a clock, a vase, a pair of scissors, a teddy bear, a hair dryer, a toothbrush, a man, a woman, a child, a boy, a girl, some people, a face, a tree, a flower, a leaf, some grass, a mushroom, a butterfly, a fish, a duck, a chicken, a rabbit, a squirrel, a frog, a penguin, a turtle, a pig, a tiger, a lion, a monkey, an owl, a house, a building, a tower, a bridge, a door, a window, a wall, a road, a mountain, a sky, a cloud, a sea, a rock, a moon, a sun, a star, a rainbow, a snowman, a balloon, a hot air balloon, a statue, a lamp, a candle, a street lamp, a sign, a flag, a hat, a shirt, a T-shirt, a dress, a jacket, a pair of jeans, a shoe, a pair of glasses, a pair of sunglasses, a ring, a watch, a camera, a guitar, a piano, a table, a box, a basket, a plate, a pumpkin, a strawberry, a cherry, some grapes, a lemon, a pear, a watermelon, a tomato, some bread, a coin, a key, a bell, a rocket, a helicopter, a tractor, a fire engine, a tent, a main subject, a foreground"`,
    )
    for (const each of all) expect(measureOf(each)).not.toBe('')
  })
})

describe('placeOf', () => {
  const at = (x: number, y: number, width = 20, height = 20) => placeOf({ x, y, width, height }, 300, 300)?.en

  it('names the ninth of the picture in which the middle of the box lies', () => {
    expect(at(0, 0)).toBe('in the upper left corner')
    expect(at(140, 140)).toBe('in the middle')
    expect(at(280, 280)).toBe('in the lower right corner')
    expect(at(280, 140)).toBe('on the right')
    expect(at(140, 280)).toBe('at the bottom')
  })

  it('does not put what is high into a corner, nor what fills the picture anywhere', () => {
    expect(at(0, 0, 60, 200)).toBe('on the left')
    expect(at(0, 0, 250, 60)).toBe('at the top')
    expect(at(5, 5, 280, 280)).toBeUndefined()
  })
})
