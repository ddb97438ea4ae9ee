/** A normalised instruction, with quoted text set aside unchanged. */
export interface Normalised {
  /** The typed text in NFKC and simplified characters, with one private-use character for each quoted text. */
  readonly shown: string
  /** `shown` in lower case, of the same length. */
  readonly text: string
  /** The quoted texts, in the order of their private-use characters. */
  readonly literals: readonly string[]
  readonly language: 'en' | 'cn'
}

const firstLiteral = 0xe000

/** The index of the quoted text that a character stands for. */
export function literalAt(character: string): number | undefined {
  const index = character.charCodeAt(0) - firstLiteral
  return index >= 0 && index < 64 ? index : undefined
}

/** Restores quoted texts. */
export function withLiterals(text: string, literals: readonly string[]): string {
  return text.replace(/[\ue000-\ue03f]/g, (mark) => `"${literals[literalAt(mark)!] ?? ''}"`)
}

const quotes =
  /"([^"]{1,200})"|“([^“”]{1,200})”|「([^「」]{1,200})」|『([^『』]{1,200})』|‘([^‘’]{1,200})’|《([^《》]{1,200})》|``([^`]{1,200})``|`([^`]{1,200})`|(?<![A-Za-z0-9])'([^']{1,200})'(?![A-Za-z0-9])|«([^«»]{1,200})»|„([^„“”]{1,200})[“”]|”([^“”]{1,200})”/gu

/** Homophones from input methods, each as long as the intended word. */
const homophones: Readonly<Record<string, string>> = {
  北京: '背景',
  眼色: '颜色',
  才智: '材质',
  为止: '位置',
  因该: '应该',
  环城: '换成',
  编程: '变成',
  架上: '加上',
  天价: '添加',
  出力: '处理',
  取掉: '去掉',
  移出: '移除',
  作成: '做成',
}
const homophonic = new RegExp(Object.keys(homophones).join('|'), 'gu')

const lettering =
  /\b(?:write|writes|stamp|says?|words?|text|headline|caption|title|typo|letters?|label|print|watermark|replace|change|sign|read|reads)\b/i
const capitals = /(?<![A-Za-z])[A-Z]{2}[A-Z0-9!?&'-]*(?: [A-Z0-9][A-Z0-9!?&'%-]*)*\b[!?]*/g
const common = new Set(
  'LOGO PPT APP VLOG IP HD HDR BW PNG JPG JPEG RGB OK AI ASAP BG PS LOL OMG TV PC SUV UHD DSLR CCD ISO NOT PLEASE ALL ONLY VERY SO MUCH AND BUT NO THE IT PLS USA UK ID UI RAW LED QR DIY CEO VIP 3D'.split(
    ' ',
  ),
)

/** `去水印 加边框`: a space separates two runs of characters that are long enough to be requests. */
function isBreak(text: string, at: number): boolean {
  const before = /[^\s，。,.;；!！?？:：]*$/u.exec(text.slice(0, at))![0].length
  const after = /^[^\s，。,.;；!！?？:：]*/u.exec(text.slice(at + 1))![0].length
  return before >= 3 && after >= 3
}

/** Sets quoted text aside, then normalises width, script and case. */
export function normalise(instruction: string): Normalised {
  const literals: string[] = []
  const aside = (text: string): string => {
    if (literals.length >= 64 || common.has(text.trim())) return text
    literals.push(text.trim())
    return String.fromCharCode(firstLiteral + literals.length - 1)
  }
  const marked = instruction
    .replace(/\bb\/w\b/gi, 'black and white')
    .replace(/\bw\/o\b/gi, 'without')
    .replace(/(?<![\p{L}\p{N}])w\/(?=[\p{L} ])/giu, 'with ')
    .replace(/\bde-(yellow|blue|green|red|orange|pink)\b/gi, 'less $1')
    .replace(/\s+/g, ' ')
    .replace(quotes, (whole, ...groups: unknown[]) => {
      const text = groups.slice(0, 12).find((each) => typeof each === 'string') as string | undefined
      if (text === undefined || literals.length >= 64) return whole
      literals.push(text.trim())
      return String.fromCharCode(firstLiteral + literals.length - 1)
    })
  // Handles, and words in capitals that are to be written, count as quoted.
  const told = marked
    .replace(
      /(?<![\p{L}\p{N}.])@[\p{L}\p{N}_.-]{2,40}|(?<![\p{L}\p{N}])©[^,.;，。；]{2,40}|(?<![\p{L}\p{N}&])#(?![\da-f]{3,8}\b)[\p{L}_][\p{L}\p{N}_]{2,40}/giu,
      aside,
    )
    .replace(
      (lettering.test(marked) && /[a-z]{3}/.test(marked)) ||
        /\p{Script=Han}.*(?:改成|改为|换成|换为)|(?:写|字幕|文字|标题|水印)/u.test(marked) ||
        (literals.length > 0 && /\p{Script=Han}/u.test(marked))
        ? capitals
        : /(?!)/g,
      aside,
    )
  const shown = [...told.normalize('NFKC').replace(/[’‘´]/g, "'")]
    .map((character) => simplified.get(character) ?? character)
    .join('')
    .trim()
  const meant = shown.replace(homophonic, (word) => homophones[word] ?? word)
  const spaced = /\p{Script=Han}/u.test(meant)
    ? meant.replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, (_, at: number) =>
        isBreak(meant, at) ? '，' : ' ',
      )
    : meant
  const dashed = spaced.replace(/(?<=[A-Za-z!?.)]) [-–—] (?=[A-Za-z])/g, ' , ')
  const text = [...dashed].map((c) => (c.toLowerCase().length === c.length ? c.toLowerCase() : c)).join('')
  return { shown, text, literals, language: /\p{Script=Han}/u.test(text) ? 'cn' : 'en' }
}

/** Traditional characters that instructions use, and their simplified ones. */
const simplified: ReadonlyMap<string, string> = new Map(
  (
    '這这個个們们來来為为說说時时會会過过對对還还後后裡里裏里麼么樣样點点請请幫帮畫画圖图換换變变顏颜紅红藍蓝綠绿黃黄' +
    '橙橙銀银綫线線线邊边間间讓让給给刪删掉掉與与並并開开關关門门車车馬马鳥鸟魚鱼貓猫豬猪雞鸡鴨鸭鵝鹅龍龙龜龟樹树' +
    '葉叶雲云電电燈灯視视機机腦脑書书櫃柜床床鏡镜鐘钟錶表筆笔紙纸錢钱銅铜鐵铁鋼钢鋁铝塊块磚砖牆墙樓楼橋桥' +
    '臉脸膚肤髮发發发頭头嘴嘴齒齿鬍胡鬚须鬢鬓痣痣皺皱紋纹瘡疮斑斑圓圆長长寬宽髙高矮矮瘦瘦胖胖亮亮暗暗飽饱對对' +
    '調调強强弱弱減减增增濾滤鏡镜風风雪雪霧雾陽阳陰阴晝昼夜夜雨雨氣气溫温熱热涼凉涂涂塗涂層层裁裁剪剪轉转鏡镜翻翻' +
    '縮缩擴扩尺尺寸寸補补復复復复複复舊旧懷怀復复賽赛龐庞克克膠胶捲卷顆颗粒粒銳锐噪噪雜杂訊讯質质感感輕轻' +
    '稍稍略略極极較较數数幾几兩两雙双隻只張张條条輛辆輪轮顆颗裝装飾饰襯衬衫衫褲裤裙裙鞋鞋襪袜帽帽領领帶带' +
    '圍围巾巾項项鏈链環环戒戒墨墨眼眼鏡镜蘋苹果果蘿萝蔔卜麵面包包飯饭湯汤場场廣广東东國国園园劃划區区塵尘' +
    '淨净滅灭滿满滾滚漸渐濃浓淺浅漢汉澤泽測测漲涨潔洁煙烟燒烧獅狮獨独獎奖環环瑪玛產产異异當当疊叠痘痘癒愈皚皑' +
    '監监盤盘睜睁瞇眯礦矿礙碍禮礼種种積积穩稳窗窗窩窝簡简簾帘籃篮籠笼類类糾纠紀纪純纯級级細细終终組组結结絡络絲丝' +
    '經经綁绑維维網网緊紧緒绪緩缓縣县總总績绩織织繞绕繡绣繪绘繼继續续罷罢羅罗聖圣聲声聽听職职腳脚膠胶臟脏臺台' +
    '舉举艦舰艷艳藝艺藥药蟲虫螢萤蘭兰處处號号衛卫衝冲裂裂襲袭見见規规覺觉觀观觸触訂订訓训記记設设許许詞词試试' +
    '話话該该詳详誰谁認认語语誤误課课論论諧谐諷讽謝谢證证識识議议護护讀读豐丰貝贝負负貨货質质貼贴資资賓宾賣卖' +
    '趙赵趕赶跡迹蹟迹躍跃軍军軟软軸轴載载輕轻輔辅輯辑輸输辦办農农迴回這这連连進进運运達达違违遙遥遠远適适遷迁選选' +
    '遺遗郵邮鄉乡醜丑釋释釘钉針针鈕钮鈴铃銷销鋪铺錄录錯错鍋锅鍵键鎖锁鏟铲閃闪閉闭閱阅隊队階阶際际隨随險险隱隐' +
    '難难靜静響响頁页頂顶順顺預预頰颊顆颗題题額额顯显願愿飄飘飛飞飲饮養养餐餐館馆騎骑驗验驚惊體体髒脏鬆松鮮鲜' +
    '鹽盐麗丽黑黑齊齐嬰婴孫孙寫写寶宝實实專专將将導导層层島岛嶺岭幣币幹干庫库廁厕廳厅張张彈弹彎弯從从徑径恆恒' +
    '愛爱態态慘惨憂忧應应戲戏戰战掛挂採采揚扬搖摇損损撥拨據据擊击擋挡擇择擦擦擬拟擠挤攝摄攤摊收收敗败敵敌斷断' +
    '於于昇升暈晕暫暂曆历曬晒朧胧條条極极構构槍枪樂乐標标檔档檢检櫻樱欄栏權权歐欧歡欢歲岁歷历殘残殺杀毀毁毛毛' +
    '決决沒没沖冲況况洩泄浮浮涼凉溝沟準准漁渔潑泼澆浇濕湿灑洒灣湾災灾爐炉牽牵犧牺狀状獲获現现瓶瓶甕瓮畢毕療疗' +
    '皮皮盡尽盜盗確确碼码磨磨禦御禿秃稱称穀谷窮穷競竞範范築筑籤签粵粤粧妆妝妆紫紫紮扎綜综緣缘練练罵骂義义習习' +
    '聞闻聯联膩腻舖铺蒼苍蔥葱薦荐蝦虾術术補补襯衬訴诉評评詢询諾诺講讲譯译豎竖豬猪貴贵買买費费賢贤賽赛贏赢' +
    '鋸锯錘锤鏽锈閒闲闊阔陣阵陸陆雖虽離离霜霜韓韩頓顿頸颈顧顾餅饼駕驾騙骗鬧闹鳳凤鴿鸽鷹鹰麥麦鼴鼹嗎吗嗎吗問问喪丧' +
    '嘗尝嘔呕噴喷嚇吓嚴严囑嘱圈圈執执報报壓压壞坏壺壶夠够夾夹奪夺妳你媽妈嫵妩孃娘學学寧宁審审尋寻屬属歸归'
  )
    .match(/../gsu)
    ?.map((pair) => [...pair] as [string, string]) ?? [],
)
