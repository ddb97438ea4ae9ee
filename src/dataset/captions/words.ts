/**
 * What else things are called in both languages, by the English name of `nouns.ts`, `|` between English and Chinese.
 * Only words that say which thing it is; `cocoKinds` has more English ones.
 */
export const otherNames: Readonly<Record<string, string>> = {
  person:
    'person, people, human, guy, lady, gentleman, kid, baby, passer-by, pedestrian, tourist | 行人, 路人, 游客, 男子, 女子, 女士, 先生, 小孩, 小朋友, 儿童, 老人, 人物, 男生, 女生, 婴儿, 人们',
  man: 'man, men | 男人, 男士, 男子, 男的',
  woman: 'woman, women | 女人, 女士, 女子, 女的',
  child: 'child, children, kid, toddler | 孩子, 小孩, 小朋友, 儿童',
  bicycle: 'bike, bicycle | 自行车, 单车, 脚踏车',
  car: 'car, cars, automobile | 汽车, 车子, 小车, 轿车, 小汽车, 车辆',
  motorcycle: 'motorbike, scooter | 摩托车, 摩托, 电动车',
  airplane: 'plane, aeroplane, aircraft | 飞机, 客机',
  bus: 'bus, coach | 公交车, 巴士, 公共汽车, 大巴',
  train: 'train | 火车, 列车, 高铁',
  truck: 'truck, lorry | 卡车, 货车',
  boat: 'boat, ship, sailboat, yacht | 小船, 船只, 帆船, 渔船, 轮船, 游艇',
  bench: 'bench, park bench | 长椅, 长凳',
  bird: 'bird, birds, seagull, pigeon | 小鸟, 鸟儿, 鸽子, 海鸥, 飞鸟',
  cat: 'cat, kitten, kitty | 猫咪, 小猫, 猫猫, 猫',
  dog: 'dog, puppy, pup, doggy | 小狗, 狗狗, 狗子, 犬, 狗',
  horse: 'horse, pony | 马儿, 骏马, 小马',
  sheep: 'sheep, lamb | 绵羊, 山羊, 小羊',
  cow: 'cow, cattle | 奶牛, 黄牛, 母牛',
  bear: 'bear | 狗熊, 棕熊',
  backpack: 'backpack, rucksack | 背包, 双肩包, 书包',
  umbrella: 'umbrella, parasol | 雨伞, 遮阳伞, 伞',
  handbag: 'handbag, purse | 手提包, 包包',
  suitcase: 'suitcase, luggage | 行李箱, 拉杆箱, 箱子',
  ball: 'ball, football | 皮球, 足球, 篮球',
  bottle: 'bottle | 瓶子, 酒瓶, 水瓶',
  cup: 'cup, mug | 杯子, 马克杯, 茶杯, 咖啡杯',
  apple: 'apple | 苹果',
  chair: 'chair, stool | 椅子, 凳子',
  couch: 'couch, sofa | 沙发',
  'potted plant': 'potted plant, houseplant | 盆栽, 绿植, 花盆',
  'dining table': 'dining table, table, desk | 餐桌, 桌子, 书桌',
  tv: 'TV, television | 电视, 电视机',
  laptop: 'laptop, notebook computer | 笔记本电脑, 电脑',
  'cell phone': 'phone, mobile phone, smartphone | 手机, 电话',
  refrigerator: 'fridge | 冰箱',
  clock: 'clock | 时钟, 钟表, 挂钟',
  vase: 'vase | 花瓶',
  tree: 'tree, trees | 树木, 大树, 小树, 树',
  flower: 'flower, flowers, blossom | 花朵, 花儿, 鲜花, 小花',
  grass: 'grass, lawn, meadow | 草地, 草坪, 青草',
  house: 'house, cottage, hut | 房子, 房屋, 小屋, 屋子',
  building: 'building, skyscraper | 建筑, 大楼, 楼房, 高楼, 建筑物',
  tower: 'tower | 高塔, 塔楼, 铁塔',
  bridge: 'bridge | 大桥, 小桥, 桥梁, 桥',
  window: 'window | 窗户, 窗子',
  door: 'door | 房门, 大门',
  road: 'road, street, path | 道路, 马路, 公路, 街道, 小路',
  mountain: 'mountain, mountains, hill | 山峰, 大山, 雪山, 山丘, 高山',
  cloud: 'cloud, clouds | 云朵, 白云, 云彩, 乌云',
  sea: 'sea, ocean | 大海, 海洋, 海面, 海水',
  rock: 'rock, rocks, stone | 石头, 岩石, 礁石',
  moon: 'moon | 月亮, 月球, 圆月',
  sun: 'sun | 太阳',
  rainbow: 'rainbow | 彩虹',
  balloon: 'balloon, balloons | 气球',
  statue: 'statue, sculpture | 雕像, 雕塑, 塑像',
  lamp: 'lamp | 台灯, 灯具',
  'street lamp': 'street lamp, lamppost, street light | 路灯, 街灯',
  sign: 'sign, signboard | 牌子, 标志牌, 招牌, 指示牌',
  hat: 'hat, cap | 帽子',
  shirt: 'shirt | 衬衫, 上衣',
  jacket: 'jacket, coat | 外套, 夹克, 大衣',
  dress: 'dress, gown | 连衣裙, 裙子',
  jeans: 'jeans, denims | 牛仔裤',
  shoe: 'shoe, shoes, sneakers | 鞋子, 球鞋, 运动鞋',
  fence: 'fence, railing | 栅栏, 围栏, 护栏, 篱笆',
  fountain: 'fountain | 喷泉',
  ladder: 'ladder | 梯子',
  kite: 'kite | 风筝',
  drum: 'drum | 鼓',
  trash: 'trash can, bin, garbage can, dustbin | 垃圾桶, 垃圾箱',
  mirror: 'mirror | 镜子',
  painting: 'picture frame | 相框, 画框',
}

/** English words that name a thing only after an article: elsewhere they are verbs, colours or directions. */
export const ambiguous: ReadonlySet<string> = new Set(
  (
    'book watch train tie ring bear duck key star plant park orange fan sink plate rock box face fly bed cup ship ' +
    'remote mouse bowl bat kite bus coach seat case trunk top vest coat suit glass glasses screen display monitor ' +
    'novel disc figure people person picture sign lamp leaf cow fish chicken coffee jar stool auto cab motor table desk ' +
    'dish basin computer notebook mobile sun sky cloud clouds foreground subject wall window door road tree trees ' +
    'grass flower flowers building mountain sea path street camera worker player skin clock animal pet vehicle bag'
  ).split(' '),
)

/** Chinese words that contain the name of a thing and mean another, or none. */
export const compounds: readonly string[] = (
  '人像 人工 人物像 本人 别人 有人 无人 人家 马上 马赛克 花样 花费 花纹 花窗 书写 门口 部门 热门 路线 一路 鱼眼 ' +
  '牛仔 猫步 狗仔 星期 明星 云南 钟点 分钟 塔罗 画面 图片 照片 背景 前景 主体 车牌 车票 树立 山寨 海报 海拔 ' +
  '石膏 椅背 镜头 窗口 灯光 球面 包括 包含 面包 鼓励 桥段 黑板 白板 手法 手动 手感'
).split(' ')

/** Colours by family, `|` between English words and what stands before 色. */
export const colourNames: Readonly<Record<string, string>> = {
  red: 'red, crimson, scarlet, ruby, maroon, burgundy | 红, 大红, 酒红, 枣红, 朱红',
  orange: 'orange, tangerine | 橙, 橘, 桔, 橘红, 橙红',
  yellow: 'yellow, lemon | 黄, 明黄, 柠檬黄',
  green: 'green, emerald, olive, lime | 绿, 墨绿, 草绿, 翠绿',
  cyan: 'turquoise, cyan, teal, aqua | 青, 青绿, 蓝绿, 湖蓝',
  blue: 'blue, navy, azure, indigo | 蓝, 天蓝, 宝蓝, 藏蓝, 海蓝',
  purple: 'purple, violet, lilac, lavender, mauve | 紫, 紫罗兰, 薰衣草',
  pink: 'pink, rose, magenta, fuchsia | 粉, 粉红, 玫红, 桃红',
  brown: 'brown, chocolate, tan | 棕, 褐, 咖啡, 棕褐',
  black: 'black, jet-black | 黑, 纯黑',
  white: 'white, snow-white | 白, 雪白, 纯白, 乳白',
  grey: 'grey, gray, charcoal | 灰, 银灰',
  beige: 'beige, cream, ivory | 米, 米白, 奶油',
  gold: 'gold, golden | 金, 金黄',
  silver: 'silver, silvery | 银',
}

/** Words that say nothing of what is there. */
export const vagueWords: { readonly en: readonly string[]; readonly cn: readonly string[] } = {
  en: 'thing, things, something, stuff, object, objects, item, items, element, elements, area, part, something else, whatever, scene, content, image, picture, photo, background, surroundings, nice, interesting, various, some, different, certain, general, typical, normal, nothing, none, unknown, unclear'.split(
    ', ',
  ),
  cn: '某物, 某个东西, 东西, 物体, 物品, 某些, 一些东西, 什么, 元素, 内容'.split(', '),
}
