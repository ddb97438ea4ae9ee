import type { Noun, Phrase, Place } from './facts.ts'

/** The 80 labels of COCO, which detectors give, as names in both languages. */
export const cocoNouns: Readonly<Record<string, Noun>> = {
  person: { en: 'person', cn: '人' },
  bicycle: { en: 'bicycle', cn: '自行车' },
  car: { en: 'car', cn: '汽车' },
  motorcycle: { en: 'motorcycle', cn: '摩托车' },
  airplane: { en: 'airplane', cn: '飞机' },
  bus: { en: 'bus', cn: '公交车' },
  train: { en: 'train', cn: '火车', measure: '列' },
  truck: { en: 'truck', cn: '卡车' },
  boat: { en: 'boat', cn: '小船' },
  'traffic light': { en: 'traffic light', cn: '红绿灯', measure: '个' },
  'fire hydrant': { en: 'fire hydrant', cn: '消防栓' },
  'stop sign': { en: 'stop sign', cn: '停车标志' },
  'parking meter': { en: 'parking meter', cn: '停车计时器' },
  bench: { en: 'bench', cn: '长椅', measure: '张' },
  bird: { en: 'bird', cn: '鸟' },
  cat: { en: 'cat', cn: '猫' },
  dog: { en: 'dog', cn: '狗' },
  horse: { en: 'horse', cn: '马' },
  sheep: { en: 'sheep', cn: '羊' },
  cow: { en: 'cow', cn: '牛' },
  elephant: { en: 'elephant', cn: '大象' },
  bear: { en: 'bear', cn: '熊' },
  zebra: { en: 'zebra', cn: '斑马' },
  giraffe: { en: 'giraffe', cn: '长颈鹿' },
  backpack: { en: 'backpack', cn: '背包' },
  umbrella: { en: 'umbrella', cn: '雨伞' },
  handbag: { en: 'handbag', cn: '手提包' },
  tie: { en: 'tie', cn: '领带' },
  suitcase: { en: 'suitcase', cn: '行李箱' },
  frisbee: { en: 'frisbee', cn: '飞盘' },
  skis: { en: 'skis', cn: '滑雪板', number: 'plural', measure: '副' },
  snowboard: { en: 'snowboard', cn: '单板滑雪板', measure: '块' },
  'sports ball': { en: 'ball', cn: '球', measure: '个' },
  kite: { en: 'kite', cn: '风筝', measure: '只' },
  'baseball bat': { en: 'baseball bat', cn: '棒球棒' },
  'baseball glove': { en: 'baseball glove', cn: '棒球手套', measure: '只' },
  skateboard: { en: 'skateboard', cn: '滑板' },
  surfboard: { en: 'surfboard', cn: '冲浪板' },
  'tennis racket': { en: 'tennis racket', cn: '网球拍' },
  bottle: { en: 'bottle', cn: '瓶子' },
  'wine glass': { en: 'wine glass', cn: '酒杯', measure: '只' },
  cup: { en: 'cup', cn: '杯子' },
  fork: { en: 'fork', cn: '叉子' },
  knife: { en: 'knife', cn: '刀' },
  spoon: { en: 'spoon', cn: '勺子' },
  bowl: { en: 'bowl', cn: '碗', measure: '只' },
  banana: { en: 'banana', cn: '香蕉' },
  apple: { en: 'apple', cn: '苹果' },
  sandwich: { en: 'sandwich', cn: '三明治' },
  orange: { en: 'orange', cn: '橙子' },
  broccoli: { en: 'broccoli', cn: '西兰花', number: 'mass' },
  carrot: { en: 'carrot', cn: '胡萝卜' },
  'hot dog': { en: 'hot dog', cn: '热狗' },
  pizza: { en: 'pizza', cn: '披萨' },
  donut: { en: 'donut', cn: '甜甜圈' },
  cake: { en: 'cake', cn: '蛋糕', measure: '个' },
  chair: { en: 'chair', cn: '椅子' },
  couch: { en: 'couch', cn: '沙发' },
  'potted plant': { en: 'potted plant', cn: '盆栽' },
  bed: { en: 'bed', cn: '床' },
  'dining table': { en: 'dining table', cn: '餐桌' },
  toilet: { en: 'toilet', cn: '马桶' },
  tv: { en: 'TV', cn: '电视' },
  laptop: { en: 'laptop', cn: '笔记本电脑' },
  mouse: { en: 'computer mouse', cn: '鼠标' },
  remote: { en: 'remote control', cn: '遥控器' },
  keyboard: { en: 'keyboard', cn: '键盘' },
  'cell phone': { en: 'phone', cn: '手机' },
  microwave: { en: 'microwave', cn: '微波炉' },
  oven: { en: 'oven', cn: '烤箱' },
  toaster: { en: 'toaster', cn: '烤面包机' },
  sink: { en: 'sink', cn: '水槽' },
  refrigerator: { en: 'refrigerator', cn: '冰箱' },
  book: { en: 'book', cn: '书' },
  clock: { en: 'clock', cn: '时钟' },
  vase: { en: 'vase', cn: '花瓶' },
  scissors: { en: 'scissors', cn: '剪刀', number: 'plural' },
  'teddy bear': { en: 'teddy bear', cn: '泰迪熊' },
  'hair drier': { en: 'hair dryer', cn: '吹风机' },
  toothbrush: { en: 'toothbrush', cn: '牙刷' },
}

/** Common things beyond COCO. */
export const commonNouns: Readonly<Record<string, Noun>> = {
  man: { en: 'man', cn: '男人' },
  woman: { en: 'woman', cn: '女人' },
  child: { en: 'child', cn: '孩子' },
  boy: { en: 'boy', cn: '男孩' },
  girl: { en: 'girl', cn: '女孩' },
  people: { en: 'people', cn: '人', number: 'plural' },
  face: { en: 'face', cn: '脸', measure: '张' },
  tree: { en: 'tree', cn: '树' },
  flower: { en: 'flower', cn: '花' },
  leaf: { en: 'leaf', cn: '叶子', measure: '片' },
  grass: { en: 'grass', cn: '草地', number: 'mass', measure: '片' },
  mushroom: { en: 'mushroom', cn: '蘑菇' },
  butterfly: { en: 'butterfly', cn: '蝴蝶' },
  fish: { en: 'fish', cn: '鱼' },
  duck: { en: 'duck', cn: '鸭子' },
  chicken: { en: 'chicken', cn: '鸡' },
  rabbit: { en: 'rabbit', cn: '兔子' },
  squirrel: { en: 'squirrel', cn: '松鼠' },
  frog: { en: 'frog', cn: '青蛙' },
  penguin: { en: 'penguin', cn: '企鹅' },
  turtle: { en: 'turtle', cn: '乌龟' },
  pig: { en: 'pig', cn: '猪' },
  tiger: { en: 'tiger', cn: '老虎' },
  lion: { en: 'lion', cn: '狮子' },
  monkey: { en: 'monkey', cn: '猴子' },
  owl: { en: 'owl', cn: '猫头鹰' },
  house: { en: 'house', cn: '房子' },
  building: { en: 'building', cn: '建筑' },
  tower: { en: 'tower', cn: '塔' },
  bridge: { en: 'bridge', cn: '桥' },
  door: { en: 'door', cn: '门' },
  window: { en: 'window', cn: '窗户' },
  wall: { en: 'wall', cn: '墙' },
  road: { en: 'road', cn: '路' },
  mountain: { en: 'mountain', cn: '山' },
  sky: { en: 'sky', cn: '天空', measure: '片' },
  cloud: { en: 'cloud', cn: '云' },
  sea: { en: 'sea', cn: '海面', measure: '片' },
  rock: { en: 'rock', cn: '石头' },
  moon: { en: 'moon', cn: '月亮' },
  sun: { en: 'sun', cn: '太阳' },
  star: { en: 'star', cn: '星星' },
  rainbow: { en: 'rainbow', cn: '彩虹', measure: '道' },
  snowman: { en: 'snowman', cn: '雪人' },
  balloon: { en: 'balloon', cn: '气球' },
  'hot air balloon': { en: 'hot air balloon', cn: '热气球' },
  statue: { en: 'statue', cn: '雕像' },
  lamp: { en: 'lamp', cn: '灯' },
  candle: { en: 'candle', cn: '蜡烛' },
  'street lamp': { en: 'street lamp', cn: '路灯' },
  sign: { en: 'sign', cn: '牌子', measure: '块' },
  flag: { en: 'flag', cn: '旗帜' },
  hat: { en: 'hat', cn: '帽子' },
  shirt: { en: 'shirt', cn: '衬衫' },
  't-shirt': { en: 'T-shirt', cn: 'T恤', measure: '件' },
  dress: { en: 'dress', cn: '连衣裙' },
  jacket: { en: 'jacket', cn: '外套' },
  jeans: { en: 'jeans', cn: '牛仔裤', number: 'plural' },
  shoe: { en: 'shoe', cn: '鞋', measure: '只' },
  glasses: { en: 'glasses', cn: '眼镜', number: 'plural' },
  sunglasses: { en: 'sunglasses', cn: '墨镜', number: 'plural' },
  ring: { en: 'ring', cn: '戒指' },
  watch: { en: 'watch', cn: '手表' },
  camera: { en: 'camera', cn: '相机' },
  guitar: { en: 'guitar', cn: '吉他' },
  piano: { en: 'piano', cn: '钢琴' },
  table: { en: 'table', cn: '桌子' },
  box: { en: 'box', cn: '盒子' },
  basket: { en: 'basket', cn: '篮子' },
  plate: { en: 'plate', cn: '盘子' },
  pumpkin: { en: 'pumpkin', cn: '南瓜' },
  strawberry: { en: 'strawberry', cn: '草莓' },
  cherry: { en: 'cherry', cn: '樱桃' },
  grapes: { en: 'grapes', cn: '葡萄', number: 'plural', measure: '串' },
  lemon: { en: 'lemon', cn: '柠檬' },
  pear: { en: 'pear', cn: '梨' },
  watermelon: { en: 'watermelon', cn: '西瓜' },
  tomato: { en: 'tomato', cn: '番茄' },
  bread: { en: 'bread', cn: '面包', number: 'mass' },
  coin: { en: 'coin', cn: '硬币' },
  key: { en: 'key', cn: '钥匙' },
  bell: { en: 'bell', cn: '铃铛' },
  rocket: { en: 'rocket', cn: '火箭' },
  helicopter: { en: 'helicopter', cn: '直升机' },
  tractor: { en: 'tractor', cn: '拖拉机', measure: '台' },
  'fire engine': { en: 'fire engine', cn: '消防车' },
  tent: { en: 'tent', cn: '帐篷' },
  subject: { en: 'main subject', cn: '主体' },
  foreground: { en: 'foreground', cn: '前景' },
}

/** The name of a label, if it has one here: COCO's, or a common one. */
export function nounOf(label: string): Noun | undefined {
  const name = label.trim().toLowerCase()
  return Object.hasOwn(cocoNouns, name)
    ? cocoNouns[name]
    : Object.hasOwn(commonNouns, name)
      ? commonNouns[name]
      : undefined
}

/** Colours, as adjectives in English and with 色 in Chinese. */
export const colours: Readonly<Record<string, Phrase>> = {
  red: { en: 'red', cn: '红色' },
  orange: { en: 'orange', cn: '橙色' },
  yellow: { en: 'yellow', cn: '黄色' },
  green: { en: 'green', cn: '绿色' },
  cyan: { en: 'turquoise', cn: '青绿色' },
  blue: { en: 'blue', cn: '蓝色' },
  purple: { en: 'purple', cn: '紫色' },
  pink: { en: 'pink', cn: '粉色' },
  brown: { en: 'brown', cn: '棕色' },
  black: { en: 'black', cn: '黑色' },
  white: { en: 'white', cn: '白色' },
  grey: { en: 'gray', cn: '灰色' },
  beige: { en: 'beige', cn: '米色' },
  gold: { en: 'golden', cn: '金色' },
  silver: { en: 'silver', cn: '银色' },
  'dark red': { en: 'dark red', cn: '深红色' },
  'dark green': { en: 'dark green', cn: '深绿色' },
  'dark blue': { en: 'dark blue', cn: '深蓝色' },
  'light blue': { en: 'light blue', cn: '浅蓝色' },
  'light green': { en: 'light green', cn: '浅绿色' },
  'bright red': { en: 'bright red', cn: '鲜红色' },
  'bright yellow': { en: 'bright yellow', cn: '明黄色' },
}

/** Materials, as stuff without an article. */
export const materials: Readonly<Record<string, Phrase>> = {
  wood: { en: 'wood', cn: '木头' },
  'dark wood': { en: 'dark wood', cn: '深色木头' },
  marble: { en: 'marble', cn: '大理石' },
  stone: { en: 'stone', cn: '石头' },
  granite: { en: 'granite', cn: '花岗岩' },
  brick: { en: 'brick', cn: '砖块' },
  concrete: { en: 'concrete', cn: '混凝土' },
  clay: { en: 'clay', cn: '陶土' },
  metal: { en: 'metal', cn: '金属' },
  gold: { en: 'gold', cn: '黄金' },
  silver: { en: 'silver', cn: '白银' },
  copper: { en: 'copper', cn: '铜' },
  'brushed steel': { en: 'brushed steel', cn: '拉丝不锈钢' },
  'rusty iron': { en: 'rusty iron', cn: '生锈的铁' },
  glass: { en: 'glass', cn: '玻璃' },
  ice: { en: 'ice', cn: '冰' },
  leather: { en: 'leather', cn: '皮革' },
  wool: { en: 'knitted wool', cn: '针织毛线' },
  denim: { en: 'denim', cn: '牛仔布' },
  velvet: { en: 'velvet', cn: '天鹅绒' },
  paper: { en: 'paper', cn: '纸' },
  cardboard: { en: 'cardboard', cn: '纸板' },
  plastic: { en: 'plastic', cn: '塑料' },
  straw: { en: 'woven straw', cn: '稻草编织物' },
}

const places = [
  [
    { en: 'in the upper left corner', cn: '左上角' },
    { en: 'at the top', cn: '上方' },
    { en: 'in the upper right corner', cn: '右上角' },
  ],
  [
    { en: 'on the left', cn: '左边' },
    { en: 'in the middle', cn: '中间' },
    { en: 'on the right', cn: '右边' },
  ],
  [
    { en: 'in the lower left corner', cn: '左下角' },
    { en: 'at the bottom', cn: '下方' },
    { en: 'in the lower right corner', cn: '右下角' },
  ],
] as const

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What reaches so far past the middle line from above or below stands beside it, and in no corner. */
const past = 0.44

/**
 * Where a box stands in a picture of this size, in words: by thirds of its middle; a corner only for what is small
 * enough to stand in one. Undefined for a box that fills most of the picture, of which no place can be said.
 */
export function placeOf(box: Rectangle, width: number, height: number): Place | undefined {
  if (box.width > 0.7 * width && box.height > 0.7 * height) return undefined
  const column = box.width > 0.7 * width ? 1 : third(box.x + box.width / 2, width)
  const isTall =
    box.height > 0.55 * height || (box.y < past * height && box.y + box.height > (1 - past) * height)
  const row = isTall ? 1 : third(box.y + box.height / 2, height)
  return places[row]?.[column]
}

const third = (at: number, size: number): 0 | 1 | 2 => (at < size / 3 ? 0 : at < (2 * size) / 3 ? 1 : 2)
