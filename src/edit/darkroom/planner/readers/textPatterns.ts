export const unquotedEnglish: readonly RegExp[] = [
  /\b(?:font|meme text|text overlay|overlay|watermark|caption)\b[^:]*: (.+)$/,
  /\b(?:text|caption|title|words|label|banner|headline)\b.*? (?:saying|that says|that reads|reading) (.+)$/,
  /\b(?:add|put|write|insert|stamp|place) (?:the |a )?date (\d[\d./-]+)/,
  /^(.+?), (?:written|in big letters|as a caption|as text)\b/,
  /\b(?:add|put|write|insert|place|overlay|include)\b(?: in| on)?(?: (?:the|a|an|some|my|big|small|bold|white|black|red|nice))*(?: (?:text|words?|caption|title|label|watermark|subtitle|lettering|headline|phrase|letters))(?: that)?(?: (?:saying|says|reading|reads|of))? *[:,-]? *(.+)$/,
  /\b(?:caption|title|label)(?: it| this| the (?:photo|picture|image))?(?: as| with)? *[:,-]? *(.+)$/,
  /\b(?:add|put|write|place|sign|include) (?:my|our|his|her|the) (?:name|handle|initials|brand name|username|website)[,:]? ([A-Z@"].*)$/,
  /\b(?:want|need|have|like|get) (?:the )?(?:words?|text|title|caption|line|phrase) *[:,-]? *(.+)$/,
  /\b(?:write|type|letter)\b(?: (?:the )?(?:words?|text))? *[:,-]? *(.+)$/,
  /\bmake it (?:say|read) *[:,-]? *(.+)$/,
  /\b(?:text|caption)(?: on it)?(?: (?:saying|says|that says|that reads|reading)) *[:,-]? *(.+)$/,
]

export const unquotedChinese: readonly RegExp[] = [
  /(?:署名|落款|配文|配字|大字|小字|标注|注明|备注|题字|文案|标语|写)[:：]\s?(.+)$/,
  /(?:加|加上|加个|打上|打|写上|标上|标|印上)(?:日期|时间|编号|价格|电话|年份)[:：]? ?(\d\S*)$/,
  /(?:写上|写个|写|打上|打个|加上|加|添加|配上|印上|来一句|来个)(?:一行|几个|个|一句|一个|一段)?[大小红白黑黄金蓝绿粉紫橙]*(?:色)?的?[大小]?(?:文字|字幕|标题|水印|字样|文案|字|标语|话)(?:是|为|叫|内容)?[:：,，]?\s?(.+)$/,
  /(?:文字|标题|水印|配文|字幕)(?:内容)?(?:是|为|写|:|：)+(.+)$/,
  /(?:写上|写个|写着|写|打上|印上|配文|题字)[:：]?(.+)$/,
]

export const whereEnglish: RegExp =
  /(?:,? (?:underneath|below it|beneath it|above it)|,? (?:on|at|in|to|across|along) (?:the |my )?(?:very )?(?:upper |lower |top |bottom )?(?:top|bottom|left|right|middle|center|centre|corner|side|image|photo|picture|pic|it)(?: (?:left|right|side|corner|hand corner|center|of (?:the |this )?(?:photo|picture|image|pic)))*| in (?:big|large|small|bold|white|black|red|blue|yellow|green|gold|golden)(?: [a-z]+)?(?: (?:letters|text|font|type|color|colour))?|,? (?:upper|lower|top|bottom) (?:left|right|center|centre|middle)(?: corner)?)+[.!]?$/

export const plainReplace: readonly RegExp[] = [
  /\b(?:words?|text|name|date|number|price|headline|title|year|letters?|sign|label|caption|phrase|typo|wording|slogan|score)\b(?: (?:on|in|of) (?:the |this |my )?[a-z -]+?)?(?: from)? (\S[^,]*?) (?:to|with|into|by|->|→|should be|instead with) (\S[^,]*)$/i,
  /\bfrom (\S[^,]*?) to (\S[^,]*)$/i,
]

export const where: RegExp = /\bwhere it says (\S+?),? (?:put|write|it should say|make it say) (\S+)$/i

export const notBut: RegExp = /\b(?:should be|has to be|is) (\S.*?),? (?:and )?not (\S.*)$/i

export const typo: RegExp =
  /\b(?:typo|spelling|misspelled)\b.*?[:,]? ?(\S+) (?:instead of|should be|->) (\S+)$/i

export const arrow: RegExp = /(\S+) ?(?:->|→|=>) ?(\S+)$/

export const told: RegExp =
  /\b(?:says?|shows?|reads?) (\S+?),? (?:it )?(?:should be|i want|i need|make it|should say|change (?:it )?to|but should be) (\S+)$/i

/** Numbers, days and names that are replaced by others of their type. */
export const likes: RegExp =
  /\b(?:change|swap|replace|update|edit|correct|turn) ((?:[$€£¥]?\d[\w.,:%/-]*)|(?:[A-Z][\w'-]*(?: [A-Z][\w'-]*)*)) (?:to|for|with|by|into) ((?:[$€£¥]?\d[\w.,:%/-]*)|(?:[A-Z][\w'-]*(?: [A-Z][\w'-]*)*))(?: (?:in|on) (?:the|my|this) [a-z ]+)?$/

export const likesChinese: RegExp =
  /^(?:把|将)?[^\d¥$￥]{0,8}?([\d¥$￥.:年月日号元折%点]+)(?:改成|换成|改为|换为|变成|改)([\d¥$￥.:年月日号元折%点]+)$/u

/** The current text must be found in the picture. */
export const newText: RegExp =
  /\b(?:title|text|headline|caption|name|price|date|wording|slogan)\b(?: (?:on|of|in) (?:the |this |my )?[a-z]+)? (?:to|into) (\S[^,]*)$/i

export const newTextChinese: RegExp =
  /(?:文字|字|字母|标题|价格|电话号码|手机号码|号码|电话|手机号|网址|邮箱|微信号|地址|时间|车牌号|车牌|名字|姓名|书名|片名|队名|日期|招牌|店名|标语)(?:改成|换成|改为|换为|变成)\s?([^，。]{1,30}?)$/u

export const plainReplaceChinese: readonly RegExp[] = [
  /(?:门牌号码|门牌号|房间号|房号|桌号|班级|餐厅名字|电话号码|手机号码|车牌号码|车牌号|文字|标题|价格|号码|数字|名字|日期|电话|年份|编号|时间|单词|地址|名称|车牌|比分|字)(?:从|由|上的)?[“"]?([^“”"改换变]{1,30}?)[”"]?(?:改成|换成|改为|换为|变成|替换成|替换为|改|换|→|->)[“"]?([^“”",，。]{1,30}?)[”"]?$/u,
]
