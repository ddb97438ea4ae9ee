/** Users' words for the names of operations: `name = words, words`. Both languages; words in the base form. */
type Rows = string

function parsed(rows: Rows): ReadonlyMap<string, readonly string[]> {
  return new Map(
    rows
      .trim()
      .split('\n')
      .map((row) => {
        const [name = '', list = ''] = row.split(' = ')
        return [name, list.split(', ')] as const
      }),
  )
}

/** Gradings, light, weather, seasons and ages. */
export const lookWords: ReadonlyMap<string, readonly string[]> = parsed(`
teal-orange = 电影截图, 电影镜头, 像电影, 影视级, teal and orange, orange and teal, cinematic, cinematic look, movie look, movie like, like a movie, hollywood, film color grade, blockbuster, movie still, film still, movie scene, movie poster look, cinema look, 青橙, 青橙色调, 青橙色, 电影感, 电影色调, 电影风, 电影风格, 像电影一样, 大片感, 电影质感, 大片, 电影大片, 电影画面, 电影滤镜, 电影级
warm = warm tone, warm tones, warm look, warm filter, warm colors, warm color palette, 暖色调, 暖色, 暖调, 暖色系, 暖色滤镜, 温暖的色调
cool = cool tone, cool tones, cool look, cool filter, cool colors, cold tone, cold tones, cold colors, cold look, cold filter, 冷色调, 冷色, 冷调, 冷色系, 冷色滤镜
vivid = vivid, vivid colors, vivid look, punchy, punchy look, vibrant look, vivid filter, make it pop, colors pop, color pop, pop of color, 鲜艳滤镜, 鲜艳风格, 明艳, 浓郁
muted = wes anderson, wes anderson film, 高级灰, ins风, 北欧风, 冷淡风, nordic look, scandinavian, muted, muted colors, muted look, muted tones, soft colors, subdued, subdued colors, pastel colors, pastel tones, pastel look, desaturated look, desaturated, morandi, minimal tones, 莫兰迪, 莫兰迪色, 莫兰迪色调, 低饱和, 低饱和度, 性冷淡风, 素雅, 淡雅, 高级灰色调, 柔和色调, 马卡龙色, 马卡龙
faded-film = old movie, old film, 老电影, 默片, 旧电影, faded film, faded film look, faded look, matte, matte look, matte film, matte finish, washed out film, retro fade, vintage, vintage look, vintage filter, retro, retro look, retro filter, retro vibe, vintage vibe, vintage feel, retro feel, nostalgic, nostalgic look, 褪色胶片, 褪色感, 胶片褪色, 复古, 复古风, 复古感, 复古色调, 复古风格, 复古滤镜, 复古效果, 港风, 港味, 怀旧感, 怀旧风, 怀旧滤镜, 年代感, 褪色
film-grain = film look, analog, analog film, analog look, shot on film, shot on color film, film camera, like a film camera, color film, 35mm film, 35mm, kodak, kodak portra, portra, fuji, fujifilm, kodachrome, kodak film, analogue, analogue film, disposable camera, polaroid, lo fi, lofi, 胶片, 胶片感, 胶片风, 胶片风格, 胶片机, 胶片相机, 胶卷, 胶卷感, 柯达, 富士, 富士胶片, 像胶片拍的, 拍立得, 胶片色, 胶片滤镜, 胶片效果, 彩色胶片, 彩色胶片拍摄, 菲林, 宝丽来, ccd, ccd风, ccd感
high-key = high key, high key look, bright and airy, light and airy, airy, airy look, bright airy, clean and bright, 高调, 明亮通透, 通透, 通透感, 清新明亮, 日系, 日系清新, 小清新, 清新, 日系风, 日系感, 清新风, 空气感, 干净通透, 明亮清新, 日系滤镜, 奶油感, 奶油风
low-key = ominous, sinister, foreboding, brooding, menacing, haunting, grim, bleak, sombre, melancholic, melancholy, dark and gloomy, ominous and dark, dark and ominous, spooky, eerie, creepy, 阴森, 阴森森, 恐怖, 诡异, low key, low key look, dark and moody, moody, moody look, gloomy, dark mood, mysterious, moody vibe, dramatic and dark, dark moody, moody dark, somber, 低调, 暗调, 暗黑, 阴暗, 情绪感, 氛围感, 压抑, 暗黑风, 暗黑系, 阴郁, 神秘感, 暗调氛围, 暗黑氛围, 情绪片
bleach-bypass = bleach bypass, gritty, gritty look, harsh look, war movie look, silver retention, 留银, 留银冲洗, 粗粝, 留银效果, 硬朗, 粗粝质感
cross-process = cross process, cross processed, cross processing, xpro, lomo, lomo look, lomography, 正负冲, 正片负冲, 反转负冲, lomo风, 交叉冲洗
cyberpunk = cyberpunk, cyber punk, neon look, neon, synthwave, vaporwave, blade runner, futuristic neon, neon lights look, neon colors, neon grade, 赛博朋克, 赛博, 赛博风, 霓虹, 霓虹感, 霓虹色调, 蒸汽波, 赛博朋克风, 霓虹风
black-and-white = black n white, all gray, 变灰, 全灰, 变成灰色照片, black and white, black white, b and w, bandw, bw, bnw, b w, b n w, monochrome, grayscale, gray scale, mono, no color, colorless, noncolor, 黑白, 黑白色, 黑白照, 黑白照片, 黑白的, 灰度, 灰度图, 单色, 去色, 黑白滤镜, 黑白片, 黑白效果, 灰阶, 黑白图
dramatic-black-and-white = dramatic black and white, high contrast black and white, contrasty black and white, film noir, noir, dramatic high contrast black and white, strong black and white, moody black and white, ansel adams, 高反差黑白, 高对比黑白, 黑白大片, 强对比黑白, 高对比度黑白, 黑色电影, 高反差的黑白, 反差强烈的黑白
sepia = old western, western movie, wild west, sepia, sepia tone, sepia toned, sepia photo, brown tint, brownish tone, old brown photo, 棕褐色, 棕褐, 褐色调, 棕褐色调, 怀旧色, 泛黄, 怀旧的棕色, 棕色调, 怀旧照片, 棕褐色的怀旧照片, 怀旧, 乌贼墨色, 泛黄的感觉, 茶色
cyanotype = cyanotype, blue cyanotype, blue monochrome, blue print photo, 蓝晒, 蓝晒法, 蓝色单色, 蓝晒效果, 蓝晒照片, 氰版
night = 天黑, 天黑了, 天黑以后, 入夜, 夜幕, 夜幕降临, night, nighttime, night time, at night, midnight, night scene, nightfall, 夜晚, 晚上, 夜景, 黑夜, 夜间, 夜里, 深夜, 夜色, 半夜
golden-hour = 下午阳光, 下午的阳光, 午后的阳光, 阳光感, golden hour, golden light, magic hour, golden sunlight, warm evening light, golden hour light, warm golden light, evening light, warm sunlight, late afternoon sun, afternoon light, sunlit, sun kissed, 黄金时刻, 黄金时段, 金色阳光, 金色光线, 金色的阳光, 暖阳, 夕照, 傍晚的暖光, 黄金时刻光线, 午后阳光, 暖暖的阳光, 魔幻时刻
sunset = 太阳快下山, 快下山, 太阳下山, 太阳落山, 快要日落, 日暮, sunset, sundown, evening sun, at sunset, dusk with red sky, sun setting, sunrise, dawn, 日落, 夕阳, 黄昏, 傍晚, 落日, 晚霞, 日落时分, 夕阳西下, 日出, 朝霞
blue-hour = 清晨, 黎明, 拂晓, early morning, daybreak, predawn, blue hour, twilight, after sunset, dusk, blue twilight, 蓝调时刻, 蓝调, 暮色, 日落之后, 日落后的蓝调时刻, 蓝色时刻
day = daytime, daylight, midday, noon, day time, daylight scene, midday light, 白天, 日间, 正午, 中午, 大白天, 大中午
autumn = 秋意, autumn, fall season, autumn colors, fall colors, golden leaves, autumn scene, autumnal, fall foliage, autumn leaves, in autumn, autumn vibe, fall vibe, fall look, 秋天, 秋季, 秋色, 金秋, 秋日, 深秋, 秋天的感觉
winter = winter, snowy winter, winter scene, winter wonderland, wintry, covered in snow, covered with snow, snow covered, snowy scene, snow on the ground, snowy landscape, 冬天, 冬季, 雪景, 铺满雪, 盖上雪, 白雪皑皑, 冬日, 积雪, 下过雪, 白雪覆盖, 银装素裹
spring = 春暖花开, spring, springtime, fresh spring, fresh green, 春天, 春季, 春日, 春意
summer = summer, summertime, summery, 夏天, 夏季, 夏日
haze = haze, hazy, smog, smoggy, hazy day, misty haze, 雾霾, 灰蒙蒙, 雾霾天, 薄雾, 朦胧, 朦胧感
dense-fog = misty morning, misty morning mood, foggy mood, fog, foggy, dense fog, mist, misty, thick fog, morning fog, heavy fog, foggy morning, foggy day, 雾, 大雾, 浓雾, 雾天, 起雾, 雾气, 雾蒙蒙, 雾感, 晨雾, 迷雾, 云雾缭绕
rain = rain cats and dogs, raining cats and dogs, pouring rain, pouring, drizzle, drizzling, rain shower, thunderstorm, rain, rainy, rainy day, raining, raindrops, downpour, rainstorm, rain effect, in the rain, stormy, rain streaks, 雨, 下雨, 雨天, 下雨天, 雨景, 雨滴, 大雨, 雨水, 下起雨, 下起雨来, 暴雨, 细雨, 小雨, 雨丝, 下着雨
snowfall = snowfall, snowflakes, falling snow, snowing, snow falling, snowy, snow effect, snowy day, snowstorm, blizzard, snow flakes, snow, 雪, 下雪, 飘雪, 雪花, 下雪天, 雪天, 下起雪, 下起雪来, 大雪, 鹅毛大雪, 雪花飘落, 飘雪花, 下着雪
overcast = 阴下来, 天阴, 转阴, 阴沉, 阴沉沉, overcast, cloudy, overcast day, cloudy day, gray sky, dull weather, gray day, cloudy weather, 阴天, 多云, 阴沉, 灰色的天, 阴雨天, 阴沉沉
old-photo = yellowed, old and yellowed, look old and yellowed, aged photo, look aged, old postcard, postcard, vintage postcard, old picture, very old photo, antique photo, 老明信片, age this photo, age the photo, age this picture, age the picture, age it, aged look, old photo, old photograph, antique photo, worn photo, scratched old photo, aged photo, vintage photo, 1900s photo, old timey, old fashioned photo, victorian photo, aged, worn old photograph, antique, daguerreotype, 1920s, 1800s, 19th century, century old, 老照片, 旧照片, 做旧, 破旧, 变旧, 老旧, 民国, 民国风, 旧相片, 破损的老照片, 陈旧, 旧照
faded-print = faded print, seventies photo, 70s photo, faded color print, seventies, 70s, 1970s, 80s, 1980s, eighties, 1970s photo, sixties, 60s, 90s, 1990s, nineties, family album, 七十年代, 褪色的照片, 褪色照片, 八十年代, 80年代, 70年代, 九十年代, 90年代, 褪色彩照, 上世纪, 褪色彩色照片
dreamy = dreamy, dreamy look, ethereal, soft dreamy, fairytale, fairy tale, magical, dreamlike, romantic, 梦幻, 梦幻感, 童话, 童话风, 仙气, 梦境, 唯美, 梦幻效果, 浪漫
hdr = hdr, hdr look, hdr effect, high dynamic range, hdr效果, hdr风格, 高动态范围
enhanced = instagram filter, 网红滤镜, 网红风, ins滤镜, nice filter, beauty of the photo
white-balanced = auto white balance, fix the white balance, correct the white balance, 自动白平衡
sunny = clear blue sky weather, clear skies, blue skies, clear blue skies, sunny, sunny day, sunshine, bright sunny, nice weather, good weather, clear weather, sunny weather, blue sky weather, 晴天, 出太阳, 阳光明媚, 大晴天, 天气好, 天气晴朗, 晴朗, 阳光灿烂, 蓝天白云的晴天
`)

/** Manners of drawing. */
export const styleWords: ReadonlyMap<string, readonly string[]> = parsed(`
oil-painting = old masters, old master, vermeer, caravaggio, da vinci, paintings, oil paintings, oil painting, oil paint, oils, painting, painterly, painted look, hand painted, van gogh, monet, impressionist, impressionism, impressionist painting, acrylic, acrylic painting, oil on canvas, renaissance painting, classical painting, canvas painting, rembrandt, 油画, 油画风, 油画风格, 油画感, 油画效果, 绘画, 画作, 梵高, 莫奈, 印象派, 手绘, 印象派油画, 古典油画
watercolour = watercolor, water color, watercolors, water colors, watercolor painting, aquarelle, watercolored, 水彩, 水彩画, 水彩风, 水彩风格, 水彩效果
pastel = soft pastel, soft pastel drawing, pastel drawing, chalk pastel, pastel painting, pastels, 粉彩, 粉彩画, 色粉画, 粉笔画, 蜡笔画, 蜡笔
ink-wash = ink wash, ink wash painting, chinese ink, chinese painting, chinese ink painting, traditional chinese painting, sumi e, sumie, ink painting, chinese ink wash painting, brush painting, chinese brush painting, traditional chinese ink wash painting, 水墨, 水墨画, 中国水墨画, 国画, 中国画, 中国风, 水墨风, 山水画, 水墨风格, 水墨丹青, 工笔画
pencil = pencil drawing, 铅笔画, light pencil sketch, 铅笔速写, 轻描的铅笔速写, pencil sketch, pencil, sketch, sketched, hand drawn, hand drawn sketch, pencil art, graphite drawing, sketch drawing, drawing, drawn, pencil style, 铅笔素描, 素描, 素描画, 铅笔, 手绘素描, 素描风, 素描稿, 素描效果, 速写
coloured-pencil = crayon art, crayon style, crayons, wax crayon, 蜡笔, 蜡笔画风, colored pencil, colored pencil drawing, color pencil, color pencils, colored pencils, crayon drawing, 彩铅, 彩色铅笔, 彩色铅笔画, 彩铅画
charcoal = charcoal, charcoal drawing, charcoal sketch, 炭笔, 炭笔画, 木炭画, 炭笔素描, 碳笔
line-art = line art, line drawing, lineart, black and white line drawing, outline drawing, line sketch, coloring page, coloring book, outlines only, contour drawing, 线稿, 黑白线稿, 线描, 线条画, 简笔画, 白描, 线稿图, 勾线
engraving = engraving, vintage engraving, etching, engraved, banknote, 版画, 复古版画, 雕版, 铜版画, 蚀刻, 雕刻版画
blueprint = blueprint, blue print, technical drawing, blueprint with white lines, 蓝图, 白线蓝图, 工程图, 图纸
chalkboard = 粉笔画, 粉笔画效果, 黑板粉笔, chalkboard, blackboard, chalk drawing, chalk, chalk on a blackboard, chalk drawing on a blackboard, chalk art, 黑板画, 粉笔, 黑板粉笔画, 黑板报, 黑板
cartoon = cartoons, cartoon characters, cartoon with bold outlines, cartoon, cartoonish, cartoony, anime, comic, comic style, manga, cel shaded, disney, pixar, ghibli, studio ghibli, cartoon style, comic book, animated, animation, toon, cartoonize, cartoonized, cartoonify, anime style, illustration, graphic novel, 卡通, 卡通画, 动漫, 漫画, 动画, 二次元, 卡通风, 粗线条的卡通画, 吉卜力, 宫崎骏, 日漫, 插画, 动漫风, 动画风格, 卡通化, 迪士尼, 漫画风, 卡通风格, 动漫风格, 漫画风格, 皮克斯, 美漫, 卡通形象
pixel-art = pixel art, pixelart, 8 bit, 8bit, 16 bit, pixel style, pixels, retro game, minecraft, pixel game, 8 bit game, video game, 像素画, 像素, 像素风, 像素艺术, 像素风格, 8位, 像素游戏, 马赛克像素画
pop-art = pop art, popart, warhol, andy warhol, lichtenstein, 波普, 波普艺术, 波普风, 波普风格, 安迪沃霍尔
halftone = halftone comic print, halftone comic, comic print, comic dots, ben day dots, 网点漫画, 网点漫画印刷, 漫画网点, halftone, halftone print, halftone dots, dot print, 半色调, 半色调印刷, 网点, 网点印刷
newsprint = newsprint, newspaper print, newspaper, black and white newspaper print, newspaper photo, 报纸, 报纸印刷, 黑白报纸印刷, 报纸风, 旧报纸
poster = 海报印刷, screen printed poster, flat poster, screen print, poster style, posterize, posterized, silkscreen, flat screen printed poster, flat illustration, vector art, vector illustration, risograph, flat design, 丝网海报, 海报风, 扁平化, 丝网印刷, 扁平化丝网海报, 扁平插画, 矢量图, 海报风格, 海报效果, 扁平风
mosaic = 马赛克瓷砖, 马赛克瓷砖拼贴画, 瓷砖拼贴画, 瓷砖拼贴, 拼贴画, mosaic of small tiles, mosaic tiles, tile mosaic, mosaic art, roman mosaic, byzantine mosaic, mosaic, 马赛克镶嵌画, 镶嵌画, 马赛克拼贴, 马赛克画, 马赛克艺术, 马赛克风格
stained-glass = stained glass picture, 彩绘玻璃, 彩绘玻璃画, stained glass window, stained glass, church window, 彩色玻璃花窗, 彩色玻璃, 教堂花窗, 花窗, 彩窗, 彩色玻璃窗
cross-stitch = cross stitch, cross stitch embroidery, embroidery, embroidered, stitched, needlework, 十字绣, 刺绣, 绣花
toy-bricks = toy bricks, lego, lego bricks, bricks picture, legos, lego style, made of lego, picture built from toy bricks, building blocks, 乐高, 积木, 积木拼图画, 乐高积木, 乐高风格, 积木风
ink drawing = cross hatching, crosshatching, cross hatched, crosshatched, hatching, pen art, pen and ink art, ink drawing, pen and ink, pen drawing, ink sketch, pen sketch, ballpoint, ballpoint pen drawing, 钢笔画, 钢笔墨线画, 墨线画, 钢笔淡彩, 圆珠笔画
woodcut = woodcut, woodcut print, woodblock, woodblock print, linocut, ukiyo e, japanese woodblock, 木刻, 木刻版画, 浮世绘, 木版画
expressive painting = expressive painting, expressionist, expressionism, expressive painting in bold strokes, bold strokes, abstract painting, 表现主义, 大笔触, 大笔触的表现主义绘画, 抽象画
outlined painting = outlined painting, painting with dark outlines, 勾线绘画, 深色勾线的绘画
cubist painting = cubist, cubism, cubist painting, picasso, 立体主义, 毕加索, 立体派, 立体主义绘画
thick oil = thickly brushed oil painting, impasto, palette knife painting, palette knife, 厚涂, 厚涂油画, 刮刀油画
`)

/** The filter of the thick oil painting, whose name has a space. */
export const styleNames: Readonly<Record<string, string>> = { 'thick oil': 'oil painting' }

/** Retouches of a face. */
export const retouchWords: ReadonlyMap<string, readonly string[]> = parsed(`
smooth-skin = 磨个皮, 磨一下皮, smooth skin, smoother skin, skin smoothing, smooth the skin, soften skin, soft skin, silky skin, porcelain skin, glass skin, flawless skin, clear skin, perfect skin, clean skin, even skin tone, even out skin tone, even out the skin, softer skin, pores, large pores, 磨皮, 皮肤光滑, 光滑皮肤, 嫩滑, 皮肤细腻, 皮肤更光滑, 光滑, 毛孔, 嫩肤, 皮肤好一点, 皮肤变好, 皮肤磨平, 细腻
beautify = 淡妆, 化个妆, 化个淡妆, 上妆, 日常妆, 裸妆, natural makeup, light makeup, beauty filter, beautify, beautification, airbrush, airbrush skin, airbrushed, retouch the face, retouch the portrait, portrait retouch, portrait retouching, beauty retouch, facetune, touch up the face, retouch the skin, retouch skin, skin retouch, skin retouching, beauty mode, glam, make up, makeup, face retouch, 美颜, 人像精修, 人像美化, 美化皮肤, 修一下脸, 精修人像, 修脸, 美颜一下, 化妆, 磨皮美颜, 美个颜, 美容
fewer-wrinkles = 纹路, 眼纹, 淡纹, wrinkles, wrinkle, fine lines, crow s feet, crows feet, younger, look younger, de age, remove wrinkles, laugh lines, frown lines, smile lines, forehead lines, rejuvenate, anti aging, 皱纹, 细纹, 法令纹, 抬头纹, 鱼尾纹, 年轻, 去皱, 祛皱, 年轻化, 泪沟, 冻龄, 年轻一点, 显年轻, 颈纹, 淡化皱纹
brighten-skin = brighten the skin, lighten the skin, fairer, fairer skin, lighter skin, whiten the skin, brighter skin, skin whitening, 提亮肤色, 美白皮肤, 皮肤白, 肤色白, 肤色亮, 皮肤美白, 脸白, 肤色提亮
warm-skin = warmer skin tone, warm skin tone, warm up the skin tone, 肤色调暖, 肤色暖
rosy-skin = 憔悴, 没气色, rosy, rosier, rosy skin, rosy complexion, healthy complexion, healthy glow, healthier complexion, 红润, 好气色, 气色好, 气色, 气色好一点, 面色红润
tan = tan, tanned, a tan, suntan, sun tan, tan the skin, bronzed, bronzed skin, sun kissed skin, 小麦色, 美黑, 晒黑, 古铜色皮肤, 小麦肤色
pale-skin = paler skin, pale skin, redness, less red skin, skin redness, sunburn, red face, rosacea, red nose, ruddy, 皮肤泛红, 泛红, 红血丝, 去红, 脸红, 脸太红, 皮肤去红, 脸上的红
remove-freckles = remove the freckles, remove freckles, fewer freckles, 祛斑, 去雀斑, 去斑, 淡化雀斑
freckles = freckles, add freckles, freckle, 雀斑, 加雀斑
remove-blemishes = 斑, 脸上的斑, 面部斑点, blemishes, blemish, acne, pimple, pimples, zit, zits, spots on the face, spots on her face, spots on my face, skin spots, mole, moles, scar, scars, breakout, pockmarks, red spots, bug bite, birthmark, age spots, sunspots, rash, skin imperfections, imperfections, 痘痘, 青春痘, 瑕疵, 祛痘, 痘印, 痣, 疤, 疤痕, 伤疤, 色斑, 黑痣, 痘坑, 粉刺, 去痘, 黑头, 老年斑, 晒斑, 胎记, 皮肤瑕疵, 痘
dark-circles = less tired, look less tired, tired, fresher, 疲惫, 显累, dark circles, eye bags, bags under the eyes, bags under her eyes, bags under his eyes, bags under my eyes, under eye circles, under eye bags, undereye bags, undereye circles, tired eyes, eyebags, circles under the eyes, circles under her eyes, circles under his eyes, circles under my eyes, puffy eyes, bags, raccoon eyes, 黑眼圈, 眼袋, 淡化黑眼圈, 熊猫眼, 卧蚕眼袋
brighter-eyes = brighter eyes, sparkling eyes, brighten the eyes, eyes sparkle, eyes pop, sparkle in the eyes, bright eyes, catchlights, whiter eyes, shinier eyes, 眼睛更亮, 眼睛更明亮, 亮眼, 眼睛有神, 眼睛亮, 有神, 眼神光, 明亮的眼睛, 炯炯有神, 眼白
eye-shadow-purple = purple eye shadow, purple eyeshadow, violet eyeshadow, 紫色眼影, 紫眼影, 紫色眼妆
eye-shadow-blue = blue eye shadow, blue eyeshadow, 蓝色眼影, 蓝眼影, 蓝色眼妆
eye-shadow-brown = brown eye shadow, brown eyeshadow, smoky eyes, smokey eyes, smoky eye, smokey eye, eye shadow, eyeshadow, eye makeup, 棕色眼影, 眼影, 大地色眼影, 棕眼影, 眼妆, 烟熏妆
eye-shadow-green = green eye shadow, green eyeshadow, 绿色眼影, 绿眼影, 绿色眼妆
darker-brows = fill in her brows, fill in my brows, fill in the brows, fill in his brows, fill in her eyebrows, fill in my eyebrows, fill in the eyebrows, darker brows, darker eyebrows, darken the eyebrows, fuller eyebrows, fuller brows, thicker eyebrows, thicker brows, bolder eyebrows, bolder brows, defined eyebrows, defined brows, 加深眉毛, 眉毛浓, 浓眉, 眉毛深, 加深眉毛颜色, 画眉, 补眉毛
lips-red = red lipstick, red lips, lipstick, rouge lips, 红色口红, 红唇, 口红, 大红唇, 正红色口红, 唇妆, 烈焰红唇, 复古红唇
lips-pink = pink lipstick, pink lips, lip gloss, rosy lips, 粉色口红, 粉唇, 唇彩, 粉嫩嘴唇, 唇蜜, 粉色嘴唇
lips-coral = coral lipstick, coral lips, orange lipstick, peach lipstick, 珊瑚色口红, 珊瑚口红, 橘色口红, 珊瑚唇, 橙色口红
lips-berry = berry lipstick, berry lips, dark lipstick, dark red lipstick, purple lipstick, plum lipstick, burgundy lipstick, wine lipstick, 浆果色口红, 浆果唇, 深色口红, 酒红色口红, 姨妈色口红, 紫色口红, 豆沙色口红
whiter-teeth = brighten her smile, brighten his smile, brighten my smile, brighten the smile, whiten her smile, whiten his smile, whiten my smile, whiter teeth, white teeth, teeth whitening, whiten the teeth, whiten teeth, brighter teeth, yellow teeth, pearly whites, brighter smile, hollywood smile, whiter smile, whiten the smile, teeth whiter, 美白牙齿, 牙齿美白, 牙齿白, 白牙, 牙齿更白, 黄牙, 牙白, 洗牙, 牙齿变白
blush = blush, rosy cheeks, blusher, rouge, flushed cheeks, pink cheeks, 腮红, 胭脂
slimmer-face = slimmer face, thinner face, slim face, slim the face, slim down the face, slim down her face, slim down his face, thin the face, narrow face, v shaped face, v face, face slimming, smaller face, lose the double chin, double chin, 瘦脸, 脸瘦, 脸更瘦, 小脸, 瓜子脸, v脸, 脸小, 脸瘦一点, 脸变小, 下颌线清晰, 双下巴, 脸太大, 脸大, 脸显小, 脸小一点
fuller-face = fuller face, chubbier face, rounder face, 脸丰满, 脸更丰满, 脸稍微丰满, 脸胖, 脸圆
larger-eyes = doll eyes, big doll eyes, anime eyes, larger eyes, bigger eyes, enlarge the eyes, enlarge eyes, big eyes, eyes bigger, eye enlargement, 大眼, 眼睛大, 眼睛更大, 放大眼睛, 眼睛变大, 大眼睛, 眼睛放大, 眼睛大一点
less-shine = shine, shiny skin, oily skin, oily, greasy skin, shiny face, shiny forehead, oily face, skin shine, 油光, 出油, 反光的脸, 脸上的油光, 去油光, 油腻, 脸油
`)

/** Named backdrops. */
export const backdropWords: ReadonlyMap<string, readonly string[]> = parsed(`
white studio = plain white studio, white studio, studio, studio backdrop, photo studio, white studio background, plain white studio background, studio background, 摄影棚, 白色摄影棚, 影棚, 纯白色摄影棚, 摄影棚背景
grey studio = light gray studio, gray studio, 浅灰色摄影棚, 灰色摄影棚, 灰色影棚
pink studio = soft pink studio, pink studio, 柔粉色摄影棚, 粉色摄影棚, 粉色影棚
blue studio = pale blue studio, blue studio, 淡蓝色摄影棚, 蓝色摄影棚, 蓝色影棚
beige studio = warm beige studio, beige studio, 暖米色摄影棚, 米色摄影棚, 米色影棚
green studio = mint green studio, mint studio, green studio, 薄荷绿色摄影棚, 绿色摄影棚, 薄荷绿摄影棚
yellow studio = bright yellow studio, yellow studio, 亮黄色摄影棚, 黄色摄影棚, 黄色影棚
cloudy sky = blue sky with white clouds, blue sky with clouds, blue sky, sky with clouds, cloudy sky, white clouds, clouds, sky, 蓝天白云, 蓝天, 白云, 天空, 有云的天空
sunset = sunset sky, sunset, evening sky, dusk sky, sunrise sky, 日落时的天空, 日落天空, 晚霞, 夕阳, 黄昏的天空, 落日, 日落
starry night = starry, starry background, starry backdrop, night sky full of stars, starry sky, starry night, night sky, stars, galaxy, milky way, space, outer space, universe, 繁星满天的夜空, 星空, 夜空, 银河, 太空, 宇宙, 满天繁星
city lights = blurred city lights at night, blurred city lights, city lights, bokeh lights, bokeh, night city, lights at night, bokeh background, city at night, 夜晚朦胧的城市灯光, 城市灯光, 光斑背景, 城市夜景, 散景, 夜景灯光
garden = blurred green garden, blurred garden, garden, green garden, blurred greenery, soft green bokeh, nature bokeh, 虚化的绿色花园, 花园, 绿色花园, 虚化的花园
`)

/** Materials. */
export const materialWords: ReadonlyMap<string, readonly string[]> = parsed(`
wood = wood, wooden, timber, oak wood, woodgrain, wood grain, 木头, 木, 木质, 木制, 木纹, 木材, 原木, 实木, 木头做的
marble = marble, polished marble, white marble, 大理石, 云石, 汉白玉, 抛光大理石
stone = stone, rock stone, rough stone, stony, 石头, 石质, 石材, 岩石质感, 石
granite = granite, 花岗岩, 花岗石
brick = brick, bricks, brickwork, 砖, 砖块, 砖头, 红砖
gold = gold, golden metal, pure gold, solid gold, gold plated, 24k gold, gold leaf, 黄金, 纯金, 金子, 镀金, 金
silver = silver metal, silver, sterling silver, 白银, 纯银, 银子, 银
copper = copper, bronze metal, brass, bronze, 铜, 黄铜, 青铜, 紫铜
brushed steel = steel, brushed steel, stainless steel, metal, metallic, chrome, aluminium, aluminum, brushed metal, iron, titanium, 不锈钢, 拉丝不锈钢, 金属, 金属质感, 钢, 铝, 铁, 铬, 钢铁, 铁的, 钛
ice = ice, frozen ice, icy, 冰, 冰块, 冰雕
glass = glass, clear glass, transparent glass, glassy, crystal, crystal glass, 玻璃, 水晶, 玻璃的, 透明玻璃
leather = leather, brown leather, leathery, 皮革, 皮, 真皮, 牛皮, 皮质
wool = knitted wool, wool, knitted, knit, yarn, woolen, crochet, 针织毛线, 毛线, 羊毛, 针织, 毛织
`)

/** Materials without an operation. */
export const otherMaterials: readonly string[] =
  `dark wood, concrete, clay, rusty iron, rusted metal, rust metal, denim, velvet, paper, cardboard, plastic, straw, woven straw, rubber, silk, satin, cotton, linen, fur, cheese, jelly, diamond, porcelain, ceramic, lace, bamboo, fabric, cloth, felt, wax, foam, sand castle, lava, slime, cork, 深色木头, 混凝土, 水泥, 陶土, 陶瓷, 生锈的铁, 牛仔布, 天鹅绒, 丝绒, 纸板, 塑料, 稻草编织物, 稻草, 橡胶, 丝绸, 绸缎, 棉布, 毛皮, 钻石, 瓷器, 陶器, 竹子, 布料, 果冻, 蕾丝, 亚麻布, 泡沫, 琉璃, 玉石, 翡翠`.split(
    ', ',
  )
