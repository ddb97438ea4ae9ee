/** The purpose of a text; texts of the same purpose replace each other. */
export type TextSort = 'shop' | 'notice' | 'greeting' | 'title' | 'street' | 'slogan' | 'menu' | 'number'

/** English or Chinese. */
export type TextLanguage = 'en' | 'cn'

const list = (text: string): readonly string[] =>
  text
    .split('\n')
    .flatMap((line) => line.split('·'))
    .map((each) => each.trim())
    .filter((each) => each !== '')

/** Texts as they stand on signs, boards and posters. All invented or common; none is a brand. */
export const vocabulary: { readonly [S in TextSort]: { readonly [L in TextLanguage]: readonly string[] } } = {
  shop: {
    en: list(`COFFEE · BAKERY · BOOKSTORE · FLOWERS · PHARMACY · BARBER · GROCERY · NOODLE BAR · TEA HOUSE · PIZZA
      ICE CREAM · JUICE BAR · HARDWARE · TOY SHOP · OPTICIAN · LAUNDRY · FISH MARKET · BURGERS · STEAK HOUSE · SUSHI
      Blue Lantern · Golden Spoon · Corner Cafe · River Books · Old Town Bakery · Maple Kitchen · Green Garden
      Moonlight Bar · Sunny Days · Lucky Star · Harbor Grill · Violet Salon · The Red Door · Copper Kettle
      Happy Feet · Star Cinema · City Hotel · Garden Inn · Music Store · Bike Repair · Photo Studio · Art Supplies`),
    cn: list(`咖啡馆 · 面包房 · 书店 · 鲜花店 · 药房 · 理发店 · 水果店 · 兰州拉面 · 茶馆 · 火锅城 · 冰淇淋 · 果汁吧 · 五金店
      玩具店 · 眼镜店 · 洗衣店 · 海鲜馆 · 饺子馆 · 便利店 · 文具店 · 蓝灯笼 · 金勺子 · 街角咖啡 · 河畔书屋 · 老城糕点
      枫叶厨房 · 绿野花园 · 月光小馆 · 阳光超市 · 幸运星 · 海港酒家 · 紫罗兰美发 · 红门餐厅 · 平安客栈 · 城市酒店
      音乐商店 · 修车铺 · 照相馆 · 四季花坊 · 东方茶庄`),
  },
  notice: {
    en: list(`OPEN · CLOSED · SALE · EXIT · ENTRANCE · NO PARKING · KEEP OUT · PRIVATE · WELCOME · PUSH · PULL · SOLD OUT
      FOR RENT · FREE WIFI · NO SMOKING · WET PAINT · QUIET PLEASE · OUT OF ORDER · RECEPTION · TICKETS · LOST AND FOUND
      STAFF ONLY · WAITING ROOM · CASH ONLY · NEW ARRIVALS · HALF PRICE · LAST DAY · BACK SOON · RING BELL · HELP DESK`),
    cn: list(`营业中 · 休息中 · 大减价 · 出口 · 入口 · 禁止停车 · 请勿入内 · 欢迎光临 · 推 · 拉 · 已售完 · 招租 · 免费上网 · 禁止吸烟
      油漆未干 · 请保持安静 · 暂停使用 · 服务台 · 售票处 · 失物招领 · 员工通道 · 候车室 · 新品上市 · 半价优惠 · 最后一天
      马上回来 · 小心地滑 · 会议室 · 停车场 · 收银台`).filter((text) => text.length > 1),
  },
  greeting: {
    en: list(`Hello World · Good Morning · Thank You · Happy Birthday · Happy New Year · Congratulations · Best Wishes
      See You Soon · Good Luck · Welcome Home · Merry Christmas · Get Well Soon · Just Married · Happy Holidays
      Good Night · Well Done · Miss You · Be Happy · Love Always · Hello Spring · Hello Summer · Sweet Dreams`),
    cn: list(`你好世界 · 早上好 · 谢谢你 · 生日快乐 · 新年快乐 · 恭喜发财 · 万事如意 · 再见 · 祝你好运 · 欢迎回家 · 圣诞快乐
      早日康复 · 新婚快乐 · 节日快乐 · 晚安 · 干得漂亮 · 想念你 · 天天开心 · 春天你好 · 夏日你好 · 一路平安 · 心想事成`),
  },
  title: {
    en: list(`SUMMER FESTIVAL · WINTER SALE · JAZZ NIGHT · SPRING FAIR · FILM WEEK · BOOK DAY · NIGHT MARKET · OPEN AIR
      SILENT FOREST · THE LONG ROAD · BLUE OCEAN · WILD HORIZON · LOST ISLAND · BEYOND THE HILLS · CITY OF LIGHT
      DEEP WATER · GOLDEN AUTUMN · FIRST SNOW · RIVER SONG · A NEW DAY · HIDDEN VALLEY · MOUNTAIN ECHO
      Travel Diary · Postcard · Weekend Trip · My Garden · Family Album · Road Stories · Photo of the Day`),
    cn: list(`夏日音乐节 · 冬季特卖 · 爵士之夜 · 春季市集 · 电影周 · 读书日 · 夜市 · 露天影院 · 寂静森林 · 漫漫长路 · 蓝色海洋
      荒野地平线 · 失落之岛 · 群山之外 · 光之城 · 深水 · 金色秋天 · 初雪 · 河流之歌 · 新的一天 · 隐秘山谷 · 山间回声
      旅行日记 · 明信片 · 周末出游 · 我的花园 · 家庭相册 · 公路故事 · 每日一图`),
  },
  street: {
    en: list(`MAIN STREET · PARK AVENUE · STATION ROAD · LAKE VIEW · CHURCH LANE · MARKET SQUARE · RIVERSIDE · HILL STREET
      AIRPORT · CITY CENTER · NORTH GATE · SOUTH BRIDGE · OLD TOWN · HARBOR · MUSEUM · LIBRARY · UNIVERSITY · BEACH
      STOP · SLOW DOWN · ONE WAY · BUS STOP · NO ENTRY · DEAD END · DETOUR · SCHOOL ZONE`),
    cn: list(`人民路 · 公园大道 · 车站路 · 湖景街 · 教堂巷 · 市场广场 · 滨江路 · 山坡街 · 飞机场 · 市中心 · 北门 · 南桥 · 老城区
      港口 · 博物馆 · 图书馆 · 大学城 · 海滩 · 停车让行 · 减速慢行 · 单行道 · 公交车站 · 禁止驶入 · 前方学校 · 中山路 · 长安街`),
  },
  slogan: {
    en: list(`THINK GREEN · DREAM BIG · STAY CURIOUS · EAT FRESH · RIDE ON · SAVE WATER · BE KIND · READ MORE · GO OUTSIDE
      LESS IS MORE · KEEP CALM · TAKE IT EASY · NEVER GIVE UP · MADE WITH LOVE · START TODAY · LIVE SLOWLY · PLAY LOUD
      LOOK CLOSER · WALK MORE · STAY WARM`),
    cn: list(`绿色出行 · 敢于梦想 · 保持好奇 · 新鲜美味 · 骑行快乐 · 节约用水 · 善待他人 · 多读好书 · 走进自然 · 少即是多 · 保持冷静
      放轻松 · 永不放弃 · 用心制作 · 从今天开始 · 慢慢生活 · 尽情玩耍 · 仔细看看 · 多走几步 · 安全第一`),
  },
  menu: {
    en: list(`Fresh Bread · Hot Soup · Green Tea · Apple Pie · Fried Rice · Lemonade · Cheese Cake · Fish and Chips
      Iced Coffee · Hot Chocolate · Roast Duck · Salad Bowl · Daily Special · Pancakes · Beef Stew · Fruit Salad
      Milk Tea · Tomato Soup · Grilled Fish · Garlic Bread`),
    cn: list(`鲜面包 · 热汤 · 绿茶 · 苹果派 · 扬州炒饭 · 柠檬水 · 芝士蛋糕 · 红烧牛肉 · 冰咖啡 · 热巧克力 · 北京烤鸭 · 蔬菜沙拉
      今日特价 · 小笼包 · 牛肉面 · 水果拼盘 · 珍珠奶茶 · 番茄蛋汤 · 烤鱼 · 葱油饼`),
  },
  number: {
    en: list(`25 % OFF · 50 % OFF · ROOM 204 · ROOM 317 · No. 12 · No. 88 · 2019 · 2024 · SINCE 1987 · SINCE 1923 · GATE 7
      GATE 21 · PLATFORM 3 · PLATFORM 9 · 9 AM - 6 PM · 10 AM - 8 PM · MAY 14 · JUNE 30 · OCT 21 · 24 HOURS · 7 DAYS
      LEVEL 2 · LEVEL 5 · EXIT 16 · BUS 42 · BUS 107 · KM 350`),
    cn: list(`全场五折 · 全场八折 · 二零四室 · 三一七室 · 十二号 · 八十八号 · 创于1987 · 创于1923 · 7号门 · 21号门 · 3站台 · 9站台
      5月14日 · 6月30日 · 10月21日 · 24小时 · 二楼 · 五楼 · 16号出口 · 42路 · 107路`),
  },
}

/** Whether a text is Chinese. */
export function languageOf(text: string): TextLanguage {
  return /\p{Script=Han}/u.test(text) ? 'cn' : 'en'
}
