/**
 * Further turns by class, in the manner of `english.ts` and `chinese.ts`: orders to machines, stories that end in a wish, notes
 * in keywords, complaints, and what sellers and friends write.
 */
const turns = (text: string): Readonly<Record<string, readonly string[]>> => {
  const found: Record<string, string[]> = {}
  let name = ''
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line.startsWith('# ')) name = line.slice(2)
    else if (line !== '') found[name] = [...(found[name] ?? []), line]
  }
  return found
}

export const englishTurns: Readonly<Record<string, readonly string[]>> = turns(`
# erase
(remove|take out|delete|erase) my (roommate|boss|cousin|neighbour|teacher|coach|brother in law|aunt) \\((the one|the guy|the lady) (with the (hat|beanie|beard)|in (red|blue))\\)
take (this|that) (guy|lady|man)'?s (hand|arm|bag) off <N>
(rmv|rm|del|dlt|delet) <N>
(there|someone|somebody) (is|left|has left|dropped) (a|an|some) <NN> (in|on|by|near) the (corner|<NN>|frame|shot)(, | - |. )(lose it|zap it|it needs to go|can it go|take it out|clean it up)
<N> (needs to|must|should|has to) leave (the|this) (picture|photo|shot)
(bye bye|goodbye|adios|no more|enough of) <N>
(clone|heal|magic|shop|brush|airbrush|edit) (away|out) (<N>|<NS>|<BLOT>)
(two|three|some|a few) <PL> are (on|in|behind) <N>, (please |)(clear|remove|take|get) them( away| out| up|)
(dust|spots|crumbs|leaves|bugs|hairs|lint) on <N>, (clean|clear|tidy|wipe) (them|it) (up|off|away)
<N> (is|was) (covering|blocking|hiding|in front of) (part of |) (<N>|the lens|the view|my face)(, | )(fix it|remove it|get it out|take it away|)
(fix|edit|change) the (picture|photo) so (that |)(<N>|<NS>) (isn't|aren't|is not|are not) (there|in it|visible)
(nobody|no one|no people) (should be|standing|) (on|in) <N>
(i'd prefer|better|nicer) (this|it|) without <NS>
(tag|sticker|label|barcode|logo|lettering) off <N>
(photo restoration|retouch|restoration): remove the (scratches|stains|dust|tears)
the (second|third|last|first) <NN> from the (left|right|top) (is broken|is ugly|isn't lit|)(, | - |)(remove it|take it away|lose it|delete)
(drop|delete|remove|lose) the (second|last|first|third) (line|row|word|<NN>)( of text|)
don't (need|want) <N> (here|in this|any more)
<N> (→|->|:) (gone|out|delete|x)
# recolour
give (her|him|me|my wife|the man|the girl) (<C>|blonde|brown|black|red|dark brown|auburn|platinum) hair
(he|she|i|the woman) should have (<C>|brown|blonde|black|red|grey) hair
(<C>|platinum blonde|dark brown|jet black) hair (please|pls|on her|for him|)
(would love|i'd love|love) to see (her|him|it|<N>) (with|in) (<C>|dark brown) (hair|)
hair (to|->|:|=) (<C>|blonde|platinum)
(preview|try|test) <N> in <C>
<N> was supposed to be <C>
<C> <NN>. make it <C>
# material
<M> <NN> instead of <NN>
<NN> of <M>
<NN>, <M> (finish|look|please)
<NN>: from <M> to <M>
(reupholster|retexture|rebuild|resurface) <N> (in|as|with) <M>
<M> <NN> please
(frozen|turned) (solid |)(into|like|to) <M>, <N>
# move
(i want|put|place|set|have|keep) <N> (in|at|on) the (top|bottom|upper|lower) (left|right) corner
(subject|<NN>) (in|at|to) the (centre|middle|right|left)( please|)
<N> (should|needs to|could|must) (stand|sit|be|hang|go) (further|more to the|a bit) (left|right|up|down|higher|lower)
(bring|take|move|nudge) <N> (up|down|left|right|over) a (notch|tad|bit|little)
<N> (looks|is) (tiny|too small|too big|huge)(. |, | - )(bigger|make it bigger|enlarge|smaller|shrink it)( please|)
(scale|size|shrink|blow) <N> (down|up) to <NUM>%
(slide|shift|scoot|push) <N> (closer|nearer|over) to the (left|right|top|bottom) (edge|side|)
(lift|raise|lower) <N> (higher|lower|a bit higher|up a bit)
# obscure
(<PRIVATE>|faces|plates|names): (blur|pixelate|hide|censor)
(i'm posting this|for privacy|gdpr|before i post|for facebook)(, |: | so |)(hide|blur|censor|cover) <PRIVATE>
(the|my) (kid|baby|son|child|neighbour|client) (shouldn't|should not|must not|can't) be (recognizable|recognisable|recognized|identifiable|seen)(, blur|)
make <PRIVATE> (fuzzy|unreadable|illegible|unrecognizable|blurry)
(everybody|everyone) (except|but) me (should be|has to be|must be|) (pixelated|blurred|censored)
# background:blur
(blurry|soft|creamy) background (like|as in) (portrait mode|an iphone|a dslr)
(i look|it's|my room is) (cluttered|messy)(, |; )(blur|soften) (everything|what's) (around|behind) (me|<N>)
bokeh( please|!!|)
# background:transparent
(no|lose the|without) (bg|background), (just|only) <N>
(extract|cut out|lift|isolate|separate) <N> (from the background|so i can use it|for a collage|)
(<NN> |)cutout( of <N>|)
(background|bg) (should|has to) (disappear|go|be gone)( completely|)
# background:colour
(bg|background) (->|-->|:|=|to) <C>
(put|see|show|shoot|have) <N> (against|on|in front of) (a|an|plain|) <C>( background| backdrop|)
(amazon|ebay|etsy|shop) listing, (needs|i need|) (pure|plain|) white (behind|background)
(turn|make) (the surroundings|everything behind <N>) <C>
# background:picture
(use|take) (photo|picture|image) (2|two|b) (as|for) (the |)(background|backdrop)
replace (the |)background with (photo|picture|image) (2|two)
# replace-text
(price|date|number|it) (was|is|says) \\$?<NUM>, (put|make it|should be|write) \\$?<NUM>( instead|)
(put|write|use) <NUM> instead of <NUM>
(correct|typo|fix): <Q> (->|to|should be) <Q>
(swap|switch) the (text|words|writing) on <N> (for|with|to) <Q>
<N> (says|reads) <Q>, (let it|have it|make it|it should) (say|read) <Q>
(let|have|make) <N> (say|read|show) <Q>
instead of <Q> (write|put) <Q>
# add-text
(font|text overlay|meme text|caption|watermark)( top| bottom|): <Q>
photo caption (at the bottom|on top|) (reading|saying) <Q>
(make|do) a (birthday card|flyer|meme|cover): write <Q>
(put|stamp|drop in) (our|my|a) (hashtag|handle|name|slogan|logo text) <Q> (<TPOS>|in the corner|)
# adjust:brightness+
(alexa|siri|hey google|ok google)(, | )make this (picture|photo) (a bit |)brighter
(real estate|listing|interior): (lift|brighten) (the dark corners|the room|<N>)
(gloomy|dim) (kitchen|room|shot), brighten (it|please)
# adjust:warmth-
(de-yellow|less yellow in|take the yellow out of) (it|the photo|the old (picture|wallpaper))
(skin|everything|the light) (is |)too (orange|yellow)
# adjust:saturation-
(oversaturated|too colourful|garish), (dial|tone|bring) it (back|down)
# adjust:sharpness+
(out of focus|soft|blurry)( a bit|), sharpen (<N>|it|her eyes)
i want it (crisp|tack sharp)
# adjust:haze-
(murky|milky|foggy), clear it up
# look
(moody|dark and moody|gloomy|dreamy) (please|)(, |)(like a (thriller|movie|dream)|)
(misty|foggy|snowy|rainy|sunny|autumn) (forest|morning|street|evening|day)( mood| feel|)
(like|as if it were) (seattle|tokyo at night|a western|the 70s|the 1920s|a fairy tale)
(faded|old) (kodachrome|polaroid|print|film)
(auto-enhance|auto enhance|enhance|autofix)( please|)
turn the lights off, it should be night
# style
(render|draw|do) (it|me|<N>|) as <STYLE>( art|)
<STYLE>-(ish|esque|like)
(simpsons|lego|van gogh|picasso|monet|disney|ghibli) (style|it|version)( please|)
# retouch
(smooth|even) out (my|her|his|the) skin( a (bit|little|touch)|)
(remove|erase|get rid of) the (spots|marks|bumps) on (my|her|his) (face|forehead|chin|nose|cheeks)
make (my|her|his) skin (porcelain|smooth|flawless|like glass|glow|better)
(zits|pimples|acne|eye bags|wrinkles|shine) (gone|away|out|off)( please|)
(i look|she looks|he looks) (exhausted|tired|pale|old|greasy|awful)( here|), (fix|help|do something|)
(headshot|portrait) (touch-up|touch up|retouch)(, natural|)
(cheeks|lips|teeth|skin|brows): (rosy|pink|white|smooth|darker)
(make|get) my eyebrows (a bit |)(thicker|fuller|darker)( and darker|)
# crop
(tighten|closer) on <N>
(reframe|recompose) with <N> in the (centre|middle)
(lose|chop off|trim) the (top|bottom|left|right) (strip|bit|part|third|edge)
# resize
(width|height|wide) <PX>( ?px|) keep (the |)(ratio|proportions)
(make it|) smaller for (email|the web|whatsapp)
# extend
(uncrop|outpaint|expand)( to <RATIO>| the left| the sides|)
(thin|thick|white|black|gold) (frame|border)( around it|)
# beyond
(grow|sprinkle) (flowers|grass|trees|<PL>) (along|on|around) <N>
(stage|furnish) (this|the) (empty |)(room|living room|house)
give (her|him|me) a (bob|bob cut|buzz cut|haircut|fringe|perm|six pack)
(bigger|larger) (muscles|breasts|biceps)
(make|let) (us|them) look at each other
(the pool|the glass|the shelf) is empty, fill it( with (water|books)|)
make it look like (we're|i'm|he is) (standing |)(in|on|at) (times square|the moon|paris|a concert)
# unclear
(the other one|the second one|that one|this one|another)
(try again|do it again|again please|not like that|no not that)
(where|how) do i (download|get|save|find) (the result|it|this)
(how do you work|what do you do|can you help me|help)
`)

export const chineseTurns: Readonly<Record<string, readonly string[]>> = turns(`
# erase
(天上|地上|墙上|桌上|车上|窗台上|门口|水面上)的<NN>(咔嚓掉|嘎掉|弄走|P走|收拾了|清一清|抠了|抹了)
(左下角|右下角|左上角|右上角|左边|右边|后面)有(只|个|根|条|一个|一只)<NN>(入镜了|乱入|抢镜|碍事)?，(处理一下|去一下|弄没|P掉)
(桌上|地上|车里|床上)(两|几|三)(只|个|瓶|把)<NN>(拿走|弄走|收了)吧
(后面|旁边|右边)(那几个|那个|那俩)(路人|大爷|大妈|游客|工作人员|打酱油的|举手机的)(都|)(P走|弄没|清掉|不要)
(桥上|路上|海边|画面里)(别有人|不要有人|一个人都不要)
(亲|掌柜|老师|美工)，(能|可以|麻烦)(帮忙|)把<NN>(P掉|去掉|抹了)(吗|吗亲|)
(这个|那个)<NN>(好丑|太丑|碍眼|多余) (抹掉|去了|不要)
(帮俺|给俺)把<NN>(整没|弄没|整走)
(拍到|拍进)<NN>了 (麻烦|帮忙|)(去一下|P掉|处理下)
请将(画面|图片)(右侧|左侧|中间|后方)的<NN>(移除|去除|清除)
(图里|照片里)的<NN>(抹了|遮了|去了)吧，(怕侵权|不好看|太乱)
# recolour
给(她|他|我)(一头|来个|换个|染个|弄个)(<C>|金色|奶茶色|栗色|亚麻色)(的|)头发
(想|帮我|)(染|换)(个|)(<C>|奶茶色|雾霾蓝|栗棕色)(头发|发色|的头发)
(发色|头发)(换成|染成|改)(<C>|奶茶色|亚麻色)
<NN>(有没有|能不能做|出个)<C>(的|款)(效果图|看看|)
<NN>(能|可以)(变成|改成|换)<C>(不|吗|么)
口红(色号|颜色|)换(成|)(<C>|正红|豆沙)
<C><NN>(→|->|改|变)<C>(<NN>|)
# material
<NN>(要|做成|改|用)<M>(纹|质感|材质|的|的感觉|效果)
<NN>(材质|质地)(换成|改成|：)<M>
# move
(把|)<NN>(放|摆|挪|移)(到|去|在)(正中|中间|左上角|右上角|左下角|右下角|最左边|最右边)
<NN>(再|)(靠上|靠下|靠左|靠右|往上|往下)(一些|一点|点)
把(她|他|<NN>)往(镜头|前面|后面)(这边|)(拉近|推远|挪)(点|一点)
<NN>(太小|太大|小了|大了)(，| )(放大|缩小|大|小)(些|点|一点)
# obscure
(快递单|聊天截图|合同|户型图|发票)上的(电话|名字|金额|地址|微信号|头像)(打码|糊掉|遮掉|涂掉|糊了它)
(孩子|老师|同学|路人|客户)(的|)(正脸|脸)(不方便露|别露|不能露)，(糊一下|打码|遮一下)
(眼睛|脸)(部位|)(加|打|用)(黑条|黑块|马赛克)(挡住|遮住|)
# background:blur
(想要|要)(那种|)前面清楚后面(糊|虚)的(效果|感觉)
背景(人多|太乱|抢眼)，(虚掉|糊掉|虚化)吧
# background:transparent
(人|<NN>)抠出来 背景透明
让背景消失(，|)只(剩|留)<NN>
(把|)(我|<NN>)(从照片里|)(单独|)(抠|扣)出来
# background:colour
(证件照|一寸照|两寸照)(底色|)(红变白|蓝变白|白变蓝|蓝换红|红底|蓝底|白底)
(主图|商品)(要|抠|做)(白底|纯色底)(哦亲|谢谢|)
# background:picture
(用|拿)图(2|二)(做|当|换)(背景|底图)
# replace-text
(英文|字母|)<Q>(改为|改成|换成)<Q>
(横幅|标牌|招牌|海报)(内容|上的字|文字|)(换成|改成)(：|:|)<Q>
第<NUM>(期|届|章)改第<NUM>(期|届|章)
(电话|价格|日期)(改成|换成|改为)(1380013|<NUM>元|6月1日|<NUM>)
# add-text
(署名|落款|配字|大字|字幕|水印|标注)(：|:)<Q>
(左下角|右下角|封面|图上|顶上)(署名|配大字|加日期|打上|写)(：|:| |)<Q>
(P上|p上|来一行)<Q>
# adjust:brightness+
逆光了，(人脸|脸)(看不见|看不清|黑)
(屋里|店里|室内)太暗 (打亮|提亮|亮点)
# adjust:saturation+
(菜|衣服|花|食物)(看起来|)(没食欲|不新鲜|没精神|暗淡)，颜色(鲜亮|鲜艳|亮)点
(海水|草|树|天空)(再|)(绿|蓝|通透)一点
# adjust:warmth-
(色温|灯光|照片)(偏暖|太黄|偏黄)，往冷(调|)(一点|一些|)
(皮肤|灯光|整体)(偏黄|太黄)(了吧|)( |，)(校正|纠正)(一下|)
# adjust:noise-
(夜景|夜里|暗光)噪点(多|大|明显)，(帮忙|)降噪
# adjust:haze-
(照片|画面|)灰蒙蒙的(，| )去(一下|)(灰|雾)
# look
(雾蒙蒙|下雨|飘雪|阳光)的(清晨|傍晚|街道|午后|天)
(港风|日系|氛围感|怀旧|胶片)(拉满|复古|一点|！)
让天空(阴下来|放晴|下雪)
(好莱坞|电影)(大片|)既视感
(修|调)得高级(点|一点)
# style
(转|弄成|做成|搞成)(漫画|动漫|像素|刺绣|海报风|线稿|国画)(头像|的样子|)
帮我画成(Q版|卡通|漫画|油画)
# retouch
给(新娘|她|宝宝|大家)(美白|磨皮|美颜|修修脸)
(脸大|脸圆)，(收|修|瘦)一点
把脸修小(一圈|一点)
(毛孔|皮肤|脸)(粗大|粗糙)，(处理|修)细腻(些|点)
(磨皮|祛痘|美白|瘦脸)(\\+|、|)(磨皮|祛斑|美白|瘦脸|亮眼)
(气色|脸色)(好一点|太苍白)，(加点腮红|红润一些)
# straighten
(楼|桌面|画面|塔)(是|)(歪|斜)的，(掰正|摆水平|扶正|拉直)
# rotate
(图片|照片)(倒了|横过来了|躺着)，(正过来|转一下|转正)
# extend
(套|加|来)(个|一个|)(白色|黑色|金色|)(相框|边框|白边)
(四周|左右|上面)(留|补|扩展)(点|一点|一些|)(白边|出来|天空|)
# beyond
(给|帮)(我|她)P(个|一个)(刘海|女朋友|男朋友|双马尾|皇冠)
(把我的腿|腿)拉长(点|)
(嘴角上扬|笑一笑|表情自然点|闭上嘴)
(空房间里|院子里|桌上)(放|添|加|摆)(点|几个|几道)(家具|菜|花|书)
背景换成(埃菲尔铁塔|巴黎|故宫|海边|办公室|雪山)
把<NN>P到我(旁边|手里|身后)
# unclear
(上一版更好|重新来|再来一次|不是这个|这个不行)
(多少钱|怎么收费|几块钱)(一张|)
(这照片拍得怎么样|好看吗|你觉得呢)
帮(个忙|我)
`)
