import type { Place, Property } from '../../plan.ts'

/** The action by its verb. `make` is any change that the other words determine. */
export const verbRows = {
  remove:
    'arent there, isnt there, werent there, wasnt there, not there, arent in it, isnt in it, arent in the picture, isnt in the picture, arent visible, isnt visible, rmv, rm, dlt, delet, bye bye, needs to leave, should leave, must leave, has to leave, clone away, heal away, edit it away, brush away, brush out, airbrush out, photoshop away, shop out, magic away, vaporize, make disappear, make vanish, takeout, sweep away, sweep up, tidy away, pick up, not needed, isnt needed, arent needed, no longer needed, unneeded, shouldnt exist, 咔嚓, 咔嚓掉, 嘎掉, 嘎了, 毙掉, 灭掉, 整走, 撵走, 轰走, 踢出去, 踢掉, 挪开, 撤走, 铲了, 丢了, 扔了, 收了, 拆了, 拔掉, 摘掉, 摘了, 撕掉, 刮掉, 磨掉, 洗掉, 抠除, 剔掉, 修除, 去除掉, 消除一下, 拿开, 弄不见, 变没, 变没了, 变不见, 弄消失, 给去, 给我去掉, 不需要了, 用不着, 不该出现, 清除干净, 清理干净, 收拾干净, 收拾一下, 收拾, 扫掉, 清扫, blot out, blank out, nuke, obliterate, banish, evict, expunge, yank, scrub out, chuck, toss out, throw out, edit away, 收走, 收起来, 收掉, 拆掉, 扔掉, 丢掉, 清空, tidy up, tidy, tidy away, taken out, taken away, taken off, be taken out, be taken away, take care of, leave out, away with, away with them, 去一去, 擦了吧, come off, comes off, can they go, can it go, could it go, could they go, can he go, can she go, 弄干净点, remove, delete, erase, eliminate, get rid, take out, take away, take off, edit out, clear away, clean away, clean up, clean out, cleanup, paint over, wipe out, wipe away, wipe off, rub out, photoshop out, paint out, retouch out, clone out, heal out, heal, zap, scrap, lose, ditch, kill, drop, disappear, vanish, go away, gone, be gone, has to go, have to go, should go, must go, needs to go, need to go, eliminate, purge, exclude, discard, inpaint, strip, kick out, take down, minus, chop out, wipe, do away with, out of here, scratch out, not be there, edited out, cropped out of existence, dispose, magic eraser, shouldnt be, should not be, shouldnt be here, 去掉, 删掉, 删除, 删去, 移除, 去, 移出, 抹掉, 抹去, 擦掉, 擦除, 擦去, 去除, 清除, 消除, 消掉, 消失, 弄掉, 弄走, 弄没, 拿走, 拿掉, 修掉, 去了, 删了, 除掉, 除去, 去下, 撤掉, 搬走, 移走, 移掉, 抠掉, p掉, P掉, p没, p走, 取掉, 处理掉, 搞掉, 剔除, 隐去, 干掉, 消去, 去一下, 消除掉, 小时, 清掉, 清理掉, 清理, 去干净, 弄干净, 不见, 抹除, 不要了, 多余, 碍眼, 抢镜, p了, P了, 清一清, 清走, 请走, 赶走, 退散, 弄没了, 没了, 去去, 滚, 走开, 拜拜, 抠了, 抹了, 擦了, 消消, 消一下, 消除一下, 去除一下, 清除一下, 处理干净, 修干净, 除去一下, 挪走, p干净, 整没, 整掉, 去光, 清空, 铲掉, 铲除, 干净',
  make: 'made, built, update, make, turn, change, set, convert, transform, edit, modify, alter, adjust, switch, become, have, render, redo, redraw, redesign, restyle, stylize, apply, use, give, put, show, get, bring, let, tweak, put on, shift, recreate, reimagine, process, filter, grade, color grade, treat, retouch, touch up, photoshop, imagine, go for, do, 变成, 改成, 换成, 变为, 改为, 换为, 调成, 弄成, 做成, 转成, 转为, 转换为, 转换成, 转换, 处理成, 处理为, 搞成, 整成, 画成, 修成, p成, P成, 变, 改, 调, 换, 弄, 调整, 调整为, 调整成, 修改, 更改, 更改为, 改变, 让, 使, 把它, 呈现, 换上, 画, 绘制, 转, 做, 处理, 编辑, 搞, 整, 更换, 更换为, 更换成, 设为, 设成, 设置为, 设置成, 切换成, 切换到, 改造成, 变得, 变换成, 生成, 调色, 加工成, 制作成, 修, 修图, 编程, 环城, 作成, 出力, 打造, 来个, 来一张, 来张, 来点, 套用, 应用, 重画, 渲染成, 渲染, 修一下, p图, p一下, P一下, P图, 修改为, 修改成, 套, p一个, P一个, 换个, 换一个, 改个, 换身, 变个',
  recolour:
    '染回, 改回, 换回, 变回, spray paint, spraypaint, a coat of, coat of, lick of, a lick of, splash of, recolor, recolour, color, colour, paint, repaint, dye, tint, repaint, color in, colorise in, 上色, 涂成, 染成, 染个, 染一个, 染, 涂上, 涂, 刷成, 漆成, 喷成, 喷漆, 改色, 换色, 变色, 调色成, 染上, 喷上, 漆上, 改颜色, 换颜色, 换个颜色, 刷上, 染发',
  replace:
    'rename, replace, swap, substitute, exchange, swap out, trade, sub out, swop, switch out, take the place, 替换, 替换成, 替换为, 代替, 取代, 换掉, 替代, 更替',
  add: '摆个, 摆一个, 摆上, 摆放个, 挂一幅, 挂个, 挂上, 种几棵, 种上, 种一棵, 长出, 画上一个, 塞一个, 安一个, 装一个, 装上, add, insert, include, place, put in, photoshop in, edit in, draw in, bring in, create, generate, attach, append, draw, overlay, paint in, drop in, superimpose, compose in, spawn, conjure, introduce, give me, 加, 加上, 加个, 加一个, 加点, 加一点, 添加, 添上, 添, 增加, 增添, 加入, 放上, 放个, 放一个, 放入, 放, 画上, 加到, 添到, 插入, 贴上, p上, P上, 来一个, 来一只, 出现, 多出, 架上, 天价, 加只, 加一只, 戴上, 多一个, 多一只, 放到, 放一只, 凭空, 合成, 添个',
  write:
    'stamp, watermark it, write, say, says, type, caption, read, reads, print, letter, label, inscribe, imprint, 写, 写上, 写着, 写成, 写个, 打上, 配文, 配字, 题字, 加字, 印上, 印, 标注, 写一行, 署名, 落款, 打个',
  blur: 'fuzzy, fuzz, fuzz out, make fuzzy, 糊了它, 糊住它, 前实后虚, 前清后糊, 后面糊, blur, blurred, blurry, defocus, unfocus, out of focus, soften the background, soften the focus, gaussian blur, lens blur, bokeh, shallow depth of field, depth of field, portrait mode, smudge, bokehlicious, blur out, blurring, defocused, unsharp background, 糊掉, 糊一下, 弄糊, 糊住, 糊上, 虚掉, 都虚掉, 模糊处理, 虚化处理, 模糊, 虚化, 模糊掉, 虚掉, 弄模糊, 变模糊, 模糊化, 散焦, 失焦, 背景虚, 浅景深, 景深, 大光圈, 虚一点, 人像模式, f1 4, f1 8, f 1 4, f 1 8, f2 8, wide aperture, 85mm, 高斯模糊, 弄虚, 柔焦背景, 大光圈效果',
  pixelate:
    'pixelate, pixelated, pixellate, mosaic out, pixelize, pixelation, pixelated out, mosaic blur, 像素化, 打马赛克, 打码, 马赛克, 加马赛克, 打上马赛克, 打个马赛克, 厚码, 打厚码, 上马赛克, 打个码, 码掉, 马赛克处理, 打上码, 码一下, 上码, 打马',
  hide: 'so you cannot read, so nobody can read, so no one can read, so that nobody can read, so that you cannot read, so people cannot read, it so you cannot read, shouldnt be recognizable, shouldnt be recognisable, should not be recognizable, not be recognizable, not be recognisable, unrecognisable, cannot be recognized, nobody recognizes, so nobody can read, cannot be identified, shouldnt be identifiable, shouldnt be legible, should not be identifiable, not be identifiable, not identifiable, unidentifiable, not be identified, strike out, cross out, should not be recognized, not be recognised, 不想露, 不想露脸, 不露脸, 别露脸, 不要露脸, 不能露, 挡一挡, 遮一遮, 保护隐私, should not be readable, shouldnt be readable, hidden, not be visible, shouldnt be visible, should not be visible, not visible, scramble, mask, garble, smear, not be readable, not readable, cannot be read, not legible, not be legible, not recognizable, 信息遮, 挡住, hide, censor, obscure, anonymize, anonymise, conceal, redact, black out, cover, cover up, mask out, block out, blackout, make unreadable, unrecognizable, unreadable, black bar, illegible, black box over, de identify, protect the privacy, privacy, 遮住, 遮挡, 遮盖, 挡住, 遮掉, 隐藏, 遮, 涂掉, 涂黑, 打黑条, 黑条, 盖住, 遮起来, 看不清, 认不出, 认不出来, 挡一下, 黑块, 脱敏, 隐私, 遮一下, 盖掉, 抹黑, 匿名',
  sharpen:
    'sharpen, sharper, crisp, crisper, sharpness, crispen, deblur, unblur, sharp, sharpening, refocus, in focus, more detail, more details, increase details, hd, high definition, ultra sharp, crystal clear, more focused, 锐化, 清晰, 更清晰, 清晰度, 变清晰, 清楚, 锐利, 锐度, 清楚一点, 高清, 去模糊, 更锐利, 细节更多, 变清楚, 高清化, 清晰点',
  denoise:
    'denoise, noise reduction, less noisy, less grainy, noisy, grainy, remove noise, remove the noise, reduce noise, reduce the noise, remove the grain, remove grain, reduce grain, noise removal, get rid of the noise, get rid of the grain, noise, iso noise, digital noise, clean up the noise, graininess, speckles, color noise, 降噪, 去噪, 噪点, 去噪点, 去除噪点, 噪声, 减少噪点, 消除噪点, 颗粒太多, 去颗粒, 躁点, 噪音, 噪',
  dehaze:
    'murky, so murky, clear it up, clear this up, dehaze, defog, remove haze, remove the haze, remove fog, remove the fog, clear the haze, clear the fog, clear up the haze, cut through the haze, cut the haze, haze removal, less hazy, less haze, reduce haze, reduce the haze, get rid of the haze, get rid of the fog, lift the fog, lift the haze, less foggy, without haze, without fog, no haze, clear up the fog, remove the mist, clear the mist, remove smog, remove the smog, clear the smog, de haze, too hazy, foggy mess, 去雾, 除雾, 去霾, 去雾霾, 去除雾霾, 雾去掉, 去掉雾, 去除雾气, 去掉雾气, 雾霾去掉, 去朦胧, 除霾, 去掉雾霾, 去除画面中的雾霾, 去除雾, 没有雾霾, 消除雾霾, 太雾了, 把雾去掉, 灰雾, 去灰雾, 通透度',
  crop: '裁方, headshot, head shot, mugshot, head and shoulders, frame just, frame only, frame tightly, frame tight, frame in on, chop, snip, 对准, 聚焦到, zoom into, zoom in to, zoom on, crop, cropped, trim, cut off, chop off, cut away, reframe, recompose, tighter framing, crop out, crop in, cut down to, trim off, slice off, zoom in, close up, closeup, tighter crop, tighter on, tight on, just the face, crop tight, crop tightly, cut the edges, lop off, shave off, cut, 裁剪, 裁切, 裁掉, 裁成, 裁, 剪裁, 剪掉, 切掉, 裁到, 截取, 截成, 裁去, 切成, 剪成, 裁剪成, 裁剪为, 裁切成, 裁边, 切除, 截掉, 重新构图, 特写, 裁短, 裁一下, 截, 构图',
  rotate:
    'rotate, rotated, turn sideways, spin, turn it on its side, on its side, turn clockwise, tilt, rotation, turn upright, turn around, wrong way round, wrong orientation, wrong way, stand it up, lies on its side, lying on its side, lies on its left side, lies on its right side, 方向不对, 方向错了, 转回来, 转回, 躺着, 倒放, 摆正方向, right way up, right side up, upright, upside down, sideways, 旋转, 转个, 转动, 倒转, 旋转成, 转过来, 转正, 竖过来, 转成横的, 转成竖的, 转横, 转竖, 变横, 变竖, 倒的, 是倒的, 倒了, 颠倒了, 横过来, 倒过来, 正过来, 转一下, 转半圈, 半圈, 竖起来, 横着了, 竖着了, 翻过来, 掉头, 颠倒, 颠倒过来, 上下颠倒, 倒着, 转向, 右转, 左转, 向右转, 向左转, 往右转, 往左转, 顺时针转, 逆时针转, 立起来',
  straighten:
    '摆平, 校平, 弄水平, 调直, 自动水平, 自动校平, 自动拉直, 自动扶正, 倾斜, arent vertical, not vertical, are not vertical, fix tilt, tilt fix, not straight, slopes down, tilts, tilting, tilt correction, off level, off kilter, off kilt, uneven horizon, aslant, skew, 往一边倒, 歪着, 倾斜着, 不水平, 歪斜, 往左歪, 往右歪, 向左歪, 向右歪, 找平, 端正, 放平, 拉平一点, leans, lean to the left, lean to the right, leans to the left, leans to the right, sloping, slopes, slope, fix the perspective, correct the perspective, converging verticals, vertical lines, walls vertical, align, vertical walls, straighten, level, horizon, level out, make level, fix the tilt, crooked, tilted, fix the horizon, level the horizon, straight, horizontal horizon, not level, slanted, lopsided, deskew, leaning, perspective correction, unlevel, wonky, askew, skewed, slanting, keystone, straightened, dutch angle, 拉直, 校正水平, 水平线, 地平线, 摆正, 扶正, 校正倾斜, 照片歪, 歪, 歪了, 有点斜, 斜, 不直, 拍歪了, 调平, 水平调, 调水平, 水平调好, 弄直, 弄平, 斜了, 水平校正, 不正, 拍斜了, 校直, 矫正, 倾斜校正, 放正, 弄正, 海平线, 水平一点, 不平, 调正, 拉平, 歪歪的, 有点歪, 斜的, 倾斜了, 拍歪, 拍斜, 校正一下水平, 水平仪',
  flip: 'flip, flipped, mirror, mirrored, mirror it, reverse, invert horizontally, flip it, mirror image of, flip over, horizontally flip, vertically flip, reflect, flop, mirror flip, 翻转, 镜像, 左右翻转, 上下翻转, 水平翻转, 垂直翻转, 左右颠倒, 反转, 翻个面, 左右对调, 镜面翻转, 左右镜像, 左右反过来, 反过来, 水平镜像, 左右互换, 镜像翻转, 垂直镜像, 翻一下',
  resize:
    'longest edge, longest side, long edge, long side, longer side, shortest side, short side, 最长边, of the size, fit 1080, 宽长各缩, 长宽各缩, 各缩, of its size, blow it up, blow this up, resize for web, for web, scale, resize, resized, resize to, rescale, downscale, upscale, upsize, downsize, scale down, scale up, upres, super resolution, supersize, change the size, image size, resolution, pixels wide, px wide, pixels tall, px tall, dimensions, megapixel, megapixels, thumbnail, upsample, downsample, compress, file size, 缩放, 缩图, 改尺寸, 尺寸, 分辨率, 缩放到, 改大小, 大小改成, 像素宽, 宽度, 高度, 调整大小, 图片尺寸, 放大到, 缩小到, 缩略图, 图片大小, 调整尺寸, 缩到, 大小调整, 缩放为, 缩小为, 放大为, 长边, 短边, 压缩, 超分',
  enlarge:
    '大一圈, 大一号, 放大一圈, half as big, half as large, twice its size, twice the size, double its size, twice her size, twice his size, zoom, zoom up, enlarge, bigger, larger, magnify, twice as big, twice as large, bigger size, grow, blow up, taller, huge, upsize it, scale it up, double the size, 放大, 变大, 大一点, 更大, 大一些, 弄大, 大点, 加大, 增大, 扩大一倍, 再大',
  shrink:
    '修小, 小一圈, 小一号, 缩小一圈, 收小, shrink, smaller, reduce the size, reduce size, make it smaller, half the size, half its size, half his size, half her size, tiny, tinier, scale it down, halve it, halve the size, 缩小, 变小, 小一点, 更小, 小一些, 弄小, 小点, 缩一下, 缩一缩, 缩一半, 缩小一半',
  extend:
    '加一块白色, 加一块白, 加一块黑色, 加一块空白, 加一条白边, 补一截, 补一段, 补上一截, 延一截, 加一截, 多点地面, 多一点地面, 多些地面, 多点天空, 多一点天空, 多留点天空, 多一些天空, 多一点空间, 多留点空间, more space in front, space in front, 补出, 补出来, 补出一些, 补一些, 补些, 补一块, 更多空间, 多些空间, 一些空间, 更大空间, 加白框, 加黑框, 白框, 黑框, 加个框, 加黑条, 黑条边, 上下黑条, 电影画幅, 遮幅, 宽银幕, 电影遮幅, 各加, 加点空间, 加空间, 加些空间, 多点空间, fill up, fill up to, fill it up, fill the sides, 填充, 填充成, 填满, 扩成, 加个相框, 加相框, 加一圈, 加圈, 延长, 多一些画面, 多一点画面, 多留点, 相框, continue, 接着画, 补一点, 往外补, add some space, some space, space around, more space around, 留点白, 留点空白, 留些空白, 留出空间, 补点, pad, pad out, pad it, extend, outpaint, uncrop, more room, bit more room, little more room, expand, enlarge the canvas, widen, canvas, add space, more space, padding, add padding, more room, letterbox, border, frame, white border, passe partout, add a border, add a frame, borders, bars, margin, margins, wider, fill out, extra space, matte border, blank space, black bars, headroom, add more, photo border, pillarbox, zoom out, make it wider, extra room, breathing room, 扩展, 扩图, 外扩, 延展, 扩大画布, 画布, 边框, 白边, 加边, 留白, 加框, 黑边, 扩充, 向外扩展, 加宽, 扩边, 延伸, 拓展, 描边, 扩画, 往外扩, 补全画面, 相框边, 拍立得边框, 扩, 宽一点, 外框, 加白边, 加黑边, 扩大, 往左扩, 往右扩, 扩宽, 画框边',
  move: '靠上, 靠下, 靠上一点, 靠下一点, 靠边, 靠边点, 往边上, 往边上挪, further apart, sit lower, sit higher, 再往上, 再往下, 再往左, 再往右, 往上一点, 往下一点, 往左一点, 往右一点, 往左边一点, 往右边一点, 再往左边, 再往右边, 放高, 放低, 放高一点, 放低一点, 放高点, 放低点, 摆到, 摆高, 摆低, 离近, 离近一点, 离远, 高一点点, 往后移, 往前移, 向后移, 向前移, 左移, 右移, 上移, 下移, bring forward, forward, forwards, backward, backwards, further left, further right, further to the left, further to the right, further up, further down, more to the left, more to the right, higher up, lower down, move, shift, slide, drag, reposition, relocate, nudge, push, bring closer, walk, moving, walking, pull, recenter, center it, closer to the camera, further away, closer, nearer, centre it, scoot, place further, 移动, 移到, 挪, 挪到, 移, 搬到, 向左移, 向右移, 走, 往左移, 往右移, 移近, 移远, 挪动, 挪挪, 挪一挪, 靠左, 靠右, 居中, 移过去, 往左挪, 往右挪, 挪一下, 移近镜头, 走近镜头, 靠近镜头, 走近, 走远, 拉近, 推远, 移至, 挪近, 靠近, 移一下, 往上移, 往下移, 向上移, 向下移',
  keep: 'everybody but, everyone but, everybody except, everyone except, keep, leave, preserve, retain, maintain, dont touch, do not touch, dont change, do not change, dont alter, dont modify, untouched, unchanged, as is, as it is, as they are, as it was, as he is, as she is, stays, stay, remain, remains, protect, without touching, without changing, without affecting, without altering, dont affect, dont mess with, dont edit, not touch, not change, not changing, not touching, leave alone, alone, intact, dont ruin, do not affect, do not alter, do not modify, dont blur, dont remove, dont darken, dont brighten, shouldnt change, should not change, dont move, hands off, except, except for, but not, apart from, other than, besides, everything but, everything except, all but, anything but, only not, excluding, 保持, 保留, 不变, 不动, 别动, 不要动, 不要改, 别改, 不要变, 留着, 原样, 不改, 不用动, 不用改, 不要碰, 别碰, 留下, 维持, 保持不变, 保持原样, 不受影响, 不要影响, 别影响, 不影响, 除了, 以外, 之外, 不要改变, 不改变, 不要修改, 不许动, 除, 别变, 不能变, 不能动, 不要有变化, 不要有改动, 还是原来的, 不要弄到, 别弄到, 别碰到, 不要破坏, 不要模糊',
  isolate:
    '透明底, 底透明, show only, only show, only keep, isolate, cut out, cutout, extract, transparent, transparency, png, alpha, transparent background, remove background, remove the background, background removal, knock out, remove bg, sticker, no background, without background, without a background, without the background, delete the background, erase the background, get rid of the background, take out the background, take away the background, mask the subject, strip the background, drop the background, clear background, see through, clip out, remove everything behind, delete bg, bg removal, background removed, background gone, background eraser, remove everything else, delete everything else, erase everything else, remove all the background, 抠图, 抠出, 抠出来, 透明, 透明背景, 抠像, 去背景, 去掉背景, 去背, 扣图, 扣出来, 背景透明, 去除背景, 移除背景, 删除背景, 把背景去掉, 背景去掉, 只留下, 只保留, 免抠, 不要背景, 抠, 无背景, 去底, 扣背景, 背景删掉, 背景删除, 背景去除, 把背景删掉, 把背景移除, 把背景去除, 删掉背景, 扣出, 背景移除, 把背景抠掉, 背景抠掉, 擦掉背景, 没有背景, 白底图透明, 把背景擦掉, 背景都去掉, 抠下来, 只要',
  restore: 'restore, restoration, repair, revive, 修复, 修补, 还原, 恢复, 翻新, 复原',
  colorize:
    '老照片上色, 黑白照片上色, 黑白照上色, 给老照片上色, colorize, colorise, colourise, colourize, in color, in full color, color version, 黑白变彩色, 变成彩色, 变彩色, 变彩, 彩色化, 上颜色, 彩色照片, 彩色的',
  enhance:
    'look better, less ugly, not so ugly, not look ugly, 修一下, 修下, 修修, p一下, p一p, 搞好看点, 弄好一点, enhance, improve, better, nicer, auto, auto enhance, auto correct, fix it, fix this, make it beautiful, professional, more professional, prettier, polish, fix up, optimise, optimize, instagram ready, look good, look nice, look amazing, quality, touch it up, more beautiful, gorgeous, stunning, make it pretty, fix the photo, work your magic, do your magic, do your thing, make it look good, auto fix, look its best, make it look great, auto adjust, spruce up, autocorrect, auto tone, auto levels, one click, better quality, improve the quality, 增强, 优化, 弄好看, 美化, 提升, 改善, 更好看, 一键, 自动, 美一点, 弄漂亮, 高级, 修好看, 修得好看, 好看一点, 高级一点, 漂亮一点, 更漂亮, 自动优化, 一键优化, 画质, 提升画质, 高级感, 好看些, 美观, 改进, 专业, 智能优化, 自动增强, 自动调整, 精修, 修修图, 修一修',
  whiten:
    '刷白, 涂白, 漆白, 染白, 弄白, 喷白, whiten, whitening, whiter, bleach, 美白, 变白, 白一点, 更白, 白一些, 白点, 增白, 白皙, 白嫩',
  smooth:
    '磨一下, 磨一磨, 磨平, 打磨, 磨下, 磨个皮, 磨一下皮, smooth, smoother, smoothing, soften, softer, even out, 磨皮, 光滑, 柔化, 柔和, 抚平, 平滑, 柔一点',
  slim: 'slim, slimmer, thinner, thin, slim down, skinnier, narrower, smaller face, narrow, 瘦, 瘦一点, 更瘦, 变瘦, 苗条, 瘦一些, 瘦点, 显瘦',
  fuller: 'fuller, chubbier, rounder, fatter, plumper, 丰满, 胖一点, 圆一点, 更胖',
  increase:
    'increase, raise, boost, up, more, bump up, turn up, crank up, lift, pump up, higher, bump, crank, amp up, push up, intensify, strengthen, raise up, add some more, bring up, enhance the, dial up, stronger, 增加, 提高, 提升, 加强, 加大, 增强, 拉高, 调高, 更多, 高一点, 高一些, 提一下, 提亮, 增大, 强一点, 上调, 强化, 拉满, 多一点, 多一些, 提, 拉强, 加高, 再高, 高些',
  decrease:
    '淡化, 淡化一下, 减淡一点, 降一降, 减一减, 压压, 降低点, 收一收, 调低点, 弱一些, 轻一点, decrease, reduce, lower, less, down, turn down, tone down, bring down, dial down, cut back, diminish, dial back, weaken, minimize, minimise, knock down, pull down, take down a bit, lessen, lower down, recover, tame, not so much, reduced, 降低, 减少, 减弱, 减小, 拉低, 调低, 少一点, 低一点, 低一些, 压低, 下调, 削弱, 减, 压一压, 压, 降, 降点, 降一点, 降下来, 压下来, 压暗, 减轻, 弱一点, 淡一点, 少一些, 没那么, 不要那么, 别那么, 不那么, 减淡, 过强, 弱化',
  fix: '弄正常, 变正常, 恢复正常一点, 变回正常, 调正常, 调正常点, 正常点, 恢复正常, fix, correct, repair, neutralize, neutralise, balance, correction, fixed, rectify, 修正, 纠正, 校正, 修复, 改正, 还原, 矫正, 校准',
  retone: 'too, way too, overly, kinda too, a bit too, a little too, 太, 过于, 过, 有点太, 太过',
  lacks:
    'not enough, isnt enough, lacks, lacking, lack, not, isnt, needs more, needs, doesnt have enough, need more, could use, could use some, could use more, could be, should be more, missing, wants, 不够, 缺, 缺乏, 不太, 不怎么, 欠, 不足, 缺少',
  duplicate:
    'duplicate, clone, copy, double, multiply, triple, twin, another one of, 复制, 克隆, 再来一个, 双胞胎, 重复',
  pose: 'uncross, frowning, smiling, laughing, look at the camera, smile, laugh, grin, frown, cry, wink, blink, open his, open her, open their, open my, close his, close her, close their, open its, close its, open the eyes, close the eyes, eyes open, eyes closed, face the camera, look at, looking at, look into, look away, look up, look down, sit, sit down, stand, stand up, jump, run, dance, wave, hug, kiss, hold, hold hands, holding, wear, put on a, raise his, raise her, lift his, bend, kneel, lie down, crouch, swim, drive, ride, eat, drink, sleep, climb, shake hands, point, cross his arms, cross her arms, turn her head, turn his head, turn the head, turn around, face left, face right, facing, facing the camera, face forward, clap, pray, play, pose, thumbs up, gaze, stare, wearing, dress him, dress her, dress them, dressed in, happy, sad, angry, happier, sadder, surprised, scared, serious, fight, chase, bark, throw, catch, kick, shout, scream, yawn, talk, sing, play guitar, grow a, muscular, buff, pregnant, taller person, bald, six pack, abs, 微笑, 笑, 笑起来, 大笑, 哭, 睁眼, 闭眼, 睁开, 闭上, 睁开眼睛, 闭上眼睛, 看镜头, 看向, 看着, 坐下, 坐, 站, 站起来, 站着, 跳, 跳起来, 跑, 跑起来, 跳舞, 挥手, 拥抱, 亲吻, 拿着, 手里拿, 穿上, 举起, 举手, 抬头, 低头, 转头, 回头, 转身, 躺, 躺下, 游泳, 骑, 吃, 喝, 睡, 飞起来, 飞, 面向, 朝向, 摆, 姿势, 表情, 开心, 高兴, 难过, 生气, 比耶, 比心, 张嘴, 张开嘴, 鼓掌, 牵手, 蹲, 蹲下, 跪, 面对镜头, 唱歌, 抱着, 抱, 奔跑, 戴着帽子, 长出, 长胡子, 怀孕, 肌肉, 腹肌, 瘦身, 长腿, 腿长, 增高, 瘦腿, 瘦腰, 细腰, 丰胸, 光头, 秃头, 短发, 长发, 卷发, 马尾, 刘海, 发型, 西装革履, 腹肌照, 笑一个, 笑一笑, 笑一下, 变女, 变男, 换头, 换脸, 放下来, 抬起来, 交叉, 站满, 穿着西装, 睁着, 吐舌头, 眨眼, 哈哈大笑, 打架, 说话, 伸手, 竖起',
  invent:
    '变成全景, 变全景, 拍成全景, 生成一张海报, 生成海报, 做一张海报, 设计一张海报, 设计海报, 设计一个logo, 设计logo, bob cut, pixie cut, buzz cut, crew cut, haircut, new hairstyle, different hairstyle, another hairstyle, perm, dreadlocks, afro, mohawk, mullet, hair extensions, muscles, bigger muscles, slideshow, loop, boomerang, back view of, rear view, 嘴角上扬, 嘴角, 换发型, 换个发型, 烫发, 拉长腿, 腿拉长, 长腿, 增高, 变高, 抱起, 公主抱, 双眼皮, 单眼皮, posture, my posture, lose weight, pounds, lbs, kilos, make it move, come alive, come to life, moving picture, outside the frame, beyond the frame, rounded corners, round corners, round the corners, round off the corners, circle crop, circular, 圆角, add a drop shadow, add drop shadow, add a shadow, add shadow, cast a shadow, 加阴影, 加影子, 加个影子, 加投影, show the whole, show the entire, see the whole, whole room, magazine cover, similar one, another photo like, 类似的, animate, clip, the other half, 补全缺, 缺失, 缺的部分, 缺失的, rebuild, reconstruct, tore off, torn off, swap our faces, face swap, swap faces, live photo, cinemagraph, turn the camera, show what, poem, ticket, from above, from behind, from below, from the side, from another angle, different angle, another angle, aerial view, birds eye, bird s eye, bird s eye view, drone view, side view, side profile, front view, top view, back view, 3d, 3d model, in 3d, zoom out to show, show the rest, video, animate, gif, wide angle, fisheye, different pose, different perspective, different camera angle, other side, time lapse, move the camera, change the perspective, perspective of, panorama, 360, 换个角度, 俯视, 俯拍, 从上面看, 从后面看, 侧面, 背面, 正面, 鸟瞰, 航拍, 仰拍, 视角, 三维, 3d模型, 动起来, 流动起来, 镜头慢慢, 动图, 视频, 换个姿势, 全身照, 换个视角, 换角度, 拍摄角度, 角度换, 俯瞰, 立体模型, 转个角度',
  old: 'older, look older, old person, as a kid, as a baby, as a child, 变老, 老一点, 变老人, 老二十岁, 小时候, 变小孩, 变年老, 老几十岁',
  question:
    'do something, something cool, surprise me, whatever you want, anything you like, you decide, do anything, 随便, 随便弄弄, 随意, 你看着办, what is, what s, whats, who is, who s, whos, where is, where was, when was, how many, is this photo, is this picture, is this real, is there, is it a, why is, why are, why does, which, what kind, what breed, describe, what does, tell me, what do you see, explain, do you like, what do you think, how old is, how do i, how does, how much does, can you see, are you, are there, identify, recognize, name the, count, translate, what are, does this, did you, what time, whose, how to, do you, rate this, rate my, opinion, 什么是, 是什么, 是谁, 在哪, 哪里, 为什么, 怎么拍, 多少, 有几个人, 有几只, 描述, 看到了什么, 有什么, 是不是, 这是哪, 你觉得, 好看吗, 你是, 你能, 你会, 谁拍, 什么时候, 怎么样拍, 识别, 介绍一下, 几点, 翻译, 多大, 数一下, 数数, 品种, 告诉我, 解释, 什么牌子, 哪个, 什么品种, 什么地方, 讲讲, 评价, 打几分, 点评',
  undo: 'delete my account, my account, account settings, my password, my subscription, undo that, undo, redo that, revert, go back, cancel, start over, reset, save, save it, export, download, upload, share, send, open, close, quit, exit, stop, history, previous version, delete this file, delete the file, delete this photo, delete the photo, post it, email, load, 撤销, 撤回, 重做, 恢复原图, 返回, 上一步, 取消, 重来, 保存, 导出, 下载, 上传, 分享, 发送, 打开, 关闭, 退出, 停止, 重置, 复原图, 删除照片, 删除这张照片, 删掉这张照片',
} as const

/** A known verb. */
export type Verb = keyof typeof verbRows

/** Words for a property that increases or decreases, with the direction of the word itself. */
export const propertyRows: readonly (readonly [Property, -1 | 0 | 1, string])[] = [
  [
    'brightness',
    1,
    '人脸看不见, 脸看不见, 脸看不清, 人脸看不清, 看不清脸, 看不见脸, 看不到脸, 看不清人, 看不清人脸, 脸都看不清, 黑脸, 脸发黑, 脸很黑, 脸好黑, 刺眼, 晃眼, glaring, blinding, brighten, brighter, lighten, lighter, lighten up, brighten up, more light, light up, lit up, illuminate, more exposed, better lit, bright, light it up, well exposed, well lit, increase exposure, backlit, silhouette, 逆光, 背光, underexposed, under exposed, 曝光不足, 欠曝, 欠曝光, less dark, not so dark, not as dark, shed light, 亮, 更亮, 提亮, 变亮, 调亮, 亮一点, 亮一些, 亮点, 打亮, 加亮, 明亮, 增亮, 补光, 打光, 亮度高, 更明亮, 亮堂, 亮起来, 加光, 亮些, 弄亮, 敞亮',
  ],
  [
    'brightness',
    -1,
    '压暗些, dim the lights, turn down the lights, lower the lights, lights dimmed, darken, darker, dim, dimmer, darken down, less light, dark, less bright, not so bright, not as bright, reduce exposure, make darker, 暗, 更暗, 变暗, 调暗, 暗一点, 暗一些, 压暗, 变黑, 加深, 暗点, 弄暗, 昏暗, 黑一点, 暗下来, 暗些',
  ],
  [
    'brightness',
    0,
    'brightness, exposure, light, lighting, luminance, luminosity, exposition, 亮度, 曝光, 光线, 明暗, 明度, 曝光度, 光',
  ],
  [
    'contrast',
    1,
    'more contrast, contrasty, stark, harsh contrast, harsh, contrastier, higher contrast, less flat, more punch, high contrast, punchier, more depth, more dramatic, dramatic, more impact, 对比强, 对比更强, 反差大, 层次分明, 对比强烈, 更有层次, 立体感, 高对比, 强对比, 层次感, 更立体',
  ],
  [
    'contrast',
    -1,
    'less contrast, lower contrast, flatter, flatten, flatten it, less contrasty, not so contrasty, low contrast, flat look, 反差小, 低对比, 对比弱',
  ],
  ['contrast', 0, 'contrast, depth, 层次, 立体感, punch, flat, dull, 对比度, 对比, 反差, 平淡, 太平, 发灰'],
  [
    'saturation',
    1,
    'dull colors, colors are dull, colors are so dull, colors look dull, colors are flat, colors look flat, colors are lifeless, lifeless colors, saturate, more saturated, more colorful, colorful, more vivid, more vibrant, vibrant, richer colors, rich colors, vivider, stronger colors, more color, brighter colors, bolder colors, punchier colors, intense colors, more intense colors, richer, boost the colors, boost colors, boost color, more lively, lively, livelier, more saturation, deeper colors, bold colors, more vibrance, pop, colors pop more, greener, bluer sky, 鲜艳, 更鲜艳, 鲜艳一点, 艳丽, 饱和, 浓郁一点, 色彩丰富, 鲜亮, 颜色浓, 更艳, 艳, 寡淡, 黯淡, 浓郁, 浓郁一些, 艳一点, 鲜明, 色彩浓, 明艳, 浓一点, 更浓, 浓艳, 鲜活, 饱满, 亮丽, 生动, 更蓝, 更绿',
  ],
  [
    'saturation',
    -1,
    'mellow, mellow out the colors, mellow the colors, calm the colors, calm down the colors, subdue the colors, tone the colors down, take some color out, take color out, drain the color, take out some color, desaturate, less saturated, less colorful, paler, duller, less vivid, less vibrant, tone down the colors, mute the colors, muted down, less saturation, softer colors, mute, drab, washed, fade the colors, less intense, 淡, 颜色淡, 不饱和, 素一点, 颜色淡一点, 淡雅一点, 柔和一点, 没那么艳, 颜色浅, 素, 颜色柔和, 淡一些',
  ],
  [
    'saturation',
    0,
    'sat, 毛色, reds, greens, blues, yellows, oranges, purples, saturation, vibrance, colors, color intensity, vividness, vibrancy, saturated, colour saturation, 饱和度, 色彩, 鲜艳度, 自然饱和度, 颜色, 色彩饱和度, 彩度',
  ],
  [
    'warmth',
    1,
    'warmer white balance, warmer, warm up, warm it up, more warmth, more yellow, more orange, yellower, warming, warm, cozy, cosy, less blue, less cold, toastier, warm the, 暖, 更暖, 暖一点, 调暖, 偏暖, 暖一些, 温暖, 暖点, 黄一点, 偏黄, 温馨, 暖和, 更温暖, 温暖一点, 更黄, 暖起来',
  ],
  [
    'warmth',
    -1,
    'cooler white balance, colder white balance, 调蓝, 蓝一些, cooler, colder, cool down, cool it down, bluer, more blue, cooling, cool, cold, less yellow, less orange, less warm, icy tone, chillier, 冷, 更冷, 冷一点, 调冷, 偏冷, 冷一些, 蓝一点, 偏蓝, 冷点, 更冷一点, 清冷, 冷清',
  ],
  ['warmth', 0, 'warmth, temperature, color temperature, color temp, temp, 色温, 温度, 冷暖'],
  ['tint', 1, 'more magenta, less green, pinker, 偏品红, 偏紫, 粉一点, 品红一点, 偏洋红'],
  ['tint', -1, 'more green, less magenta, less pink, less purple, 偏绿, 绿一点, 偏绿一点'],
  ['tint', 0, 'tint, 色调偏移, 色偏'],
  [
    'shadows',
    1,
    'shadows lighter, shadows brighter, the shadows lighter, the shadows brighter, lighter shadows, brighter shadows, make the shadows lighter, make the shadows brighter, lift the shadows, brighten the shadows, open up the shadows, open the shadows, raise the shadows, lighten the shadows, boost the shadows, recover the shadows, shadow detail, fill light, shadow recovery, brighten shadows, lift shadows, raise shadows, open up shadows, lighten shadows, brighten up the shadows, increase the shadows, bring up the shadows, recover shadows, bring out the shadows, brighten the dark areas, brighten dark areas, brighten the dark parts, lighten the dark areas, see more in the shadows, detail in the shadows, details in the shadows, details in the dark areas, 提亮阴影, 提亮暗部, 阴影提亮, 暗部提亮, 提升阴影, 暗部细节, 拉亮阴影, 阴影亮, 暗部亮, 阴影部分提亮, 暗处提亮, 暗的地方亮',
  ],
  [
    'shadows',
    -1,
    'deepen the shadows, darken the shadows, crush the blacks, deeper shadows, deeper blacks, crush blacks, darker shadows, stronger blacks, richer blacks, lower the shadows, crush the shadows, 压暗阴影, 加深阴影, 暗部压暗, 阴影压暗, 阴影加深, 压暗暗部, 暗部加深, 黑色更深',
  ],
  ['shadows', 0, 'shadows, blacks, dark areas, dark parts, darks, 阴影, 暗部, 暗处, 黑色色阶'],
  [
    'highlights',
    -1,
    'cut the glare, cut glare, reduce the glare, reduce glare, less glare, tone down the glare, get the detail back, bring the detail back, bring back the detail, bring back detail, get detail back, get the details back, recover the detail, recover the highlights, recover highlights, tame the highlights, blown out, overexposed, lower the highlights, pull back the highlights, blown highlights, reduce the highlights, reduce highlights, darken the highlights, bring down the highlights, tone down the highlights, highlight recovery, highlights are blown, overexposure, over exposed, blown out sky, highlights blown, lower highlights, too bright highlights, clipped, rescue the highlights, save the highlights, 压高光, 降低高光, 过曝, 高光压一压, 高光降低, 曝光过度, 高光太亮, 压暗高光, 高光过曝, 修正过曝, 恢复高光, 减少高光, 高光压低, 曝光过度了, 过曝了, 亮部压暗, 死白, 高光溢出',
  ],
  [
    'highlights',
    1,
    'brighten the highlights, raise the highlights, brighter highlights, boost the highlights, boost highlights, raise highlights, increase the highlights, increase highlights, whiter whites, 提高高光, 高光提亮, 提亮高光, 增加高光, 高光亮',
  ],
  [
    'highlights',
    0,
    'highlights, whites, bright areas, bright parts, highlight, lights, 高光, 亮部, 亮处, 白色色阶, 高亮部分',
  ],
  [
    'clarity',
    1,
    'more clarity, local contrast, structure, definition, more definition, more texture, crunchier, hdr, hdr look, more texture and detail, bring out the texture, bring out the details, more structure, bring out details, texture, bring out detail, 清澈, 清亮, 更有质感, 有质感, 质感, 清透, 质感更强, 更清透, 纹理, 突出细节, 突出质感, hdr效果, 细节突出',
  ],
  [
    'clarity',
    -1,
    'less clarity, softer look, soft look, soft glow, glow, soft focus, orton, orton effect, hazy glow, 柔光, 柔焦, 朦胧柔光, 柔光效果, 朦胧美',
  ],
  ['clarity', 0, 'clarity, 清晰度对比, 局部对比度, 纹理清晰度'],
  [
    'sharpness',
    1,
    'clearer, more clear, crispier, crispy, sharpen, sharper, crisper, crisp, more sharpness, more detailed, sharpening, deblur, more detail, 锐化, 更锐, 锐利, 更清晰, 清晰一点, 变清晰, 清晰点, 更锐利, 清晰一些, 更清楚, 清楚点',
  ],
  ['sharpness', -1, 'less sharp, softer, soften, soften the image, 柔和, 没那么锐, 柔化'],
  ['sharpness', 0, 'sharpness, details, detail, 锐度, 清晰度, 细节'],
  ['noise', 0, 'noise, 噪点, 噪声'],
  ['haze', 0, 'haze, smog, 雾霾'],
  [
    'vignette',
    1,
    'darker around the edges, darker at the edges, darker towards the edges, dark around the edges, darken around the edges, darken towards the edges, 四周暗一点, 四角暗一点, vignette, vignetting, add a vignette, darken the corners, darken the edges, darken edges, darken corners, dark edges, dark corners, darker corners, darker edges, shade the corners, 暗角, 加暗角, 晕影, 四角压暗, 边缘压暗, 四角暗, 四周暗, 四角变暗, 四周压暗, 角落压暗, 边角压暗',
  ],
  [
    'vignette',
    -1,
    'remove the vignette, remove vignette, remove vignetting, without vignette, no vignette, lighten the corners, brighten the corners, brighten corners, remove the vignetting, remove dark corners, remove the dark corners, 去暗角, 去掉暗角, 去除暗角, 消除暗角, 暗角去掉',
  ],
  [
    'grain',
    1,
    'grain, film grain, more grain, grainy look, add grain, add noise, grainy texture, grainier, grainy effect, grainy film look, 颗粒, 颗粒感, 加颗粒, 胶片颗粒, 噪点感, 加噪点, 增加颗粒, 颗粒质感, 添加颗粒',
  ],
  [
    'fade',
    1,
    'raise the black point, lift the blacks, raise the blacks, lifted black point, fade, faded, washed out look, fade it, faded blacks, lifted blacks, raise the blacks, 褪色, 褪色效果, 灰调, 褪色一点',
  ],
  [
    'fade',
    -1,
    'faded colors back, bring the faded colors back, bring back the colors, fix the faded colors, less washed out, looks washed out, washed out, faded color, restore the colors, unfade, fix fading, bring the colors back, looks faded, colors are faded, 恢复褪去的色彩, 恢复颜色, 恢复色彩, 还原色彩, 去灰, 太灰了, 颜色褪了, 去除褪色, 照片发灰, 灰蒙蒙的, 画面发灰, 灰扑扑, 褪去的色彩',
  ],
]

/** Places of objects. English phrases follow a noun, Chinese ones precede it. */
export const placeRows: readonly (readonly [Place, string])[] = [
  [
    'left',
    '左数, 从左数, 从左边数, 从左往右, 从左往右数, 从左到右, 从左起, 左起, 左边数, on the left, on the left side, to the left, at the left, left, on left, left hand, left hand side, on the left hand side, leftmost, left one, far left, on the far left, left side, left side of the picture, on the left edge, over on the left, left part, in the left, at the far left, left half, 左边, 左侧, 左面, 左, 左手边, 最左边, 靠左的, 画面左边, 图左边, 左方, 左半边, 左半部分, 画面左侧, 最左, 最左侧, 偏左, 照片左边, 左边那, 图片左边, 左侧边',
  ],
  [
    'right',
    '右数, 从右数, 从右边数, 从右往左, 从右往左数, 从右到左, 从右起, 右起, 右边数, on the right, on the right side, to the right, at the right, right, on right, right hand, right hand side, on the right hand side, rightmost, far right, on the far right, right side, right side of the picture, on the right edge, over on the right, right part, in the right, at the far right, right half, 右边, 右侧, 右面, 右, 右手边, 最右边, 靠右的, 画面右边, 图右边, 右方, 右半边, 右半部分, 画面右侧, 最右, 最右侧, 偏右, 照片右边, 图片右边',
  ],
  [
    'top',
    'at the top, across the top, along the top, over it, on top, top, upper, uppermost, up top, in the upper part, at the very top, above, topmost, in the top, top half, upper half, top part, upper part, 上方, 上面, 顶部, 上边, 最上面, 上部, 顶上, 上头, 最上边, 画面上方, 上半部分, 顶端, 最上方, 上半部, 图片上方, 照片上方, 上侧',
  ],
  [
    'bottom',
    'at the bottom, underneath, under it, at the foot, beneath it, along the bottom, across the bottom, bottom, lower, lowermost, in the lower part, down below, below, bottommost, at the very bottom, in the bottom, bottom half, lower half, bottom part, lower part, 下方, 下面, 底部, 下边, 最下面, 下部, 底下, 下头, 最下边, 画面下方, 下半部分, 底端, 最下方, 下半部, 图片下方, 照片下方, 画面底部, 下侧',
  ],
  [
    'center',
    'in the center of the frame, center of the frame, in the middle of the frame, middle of the frame, in the middle, in the center, at the center, middle, center, in the centre, central, in middle, in between, centre, dead center, 中间, 中央, 正中, 正中间, 中心, 当中, 画面中央, 正中央, 画面中间, 居中位置, 图片中央, 图中间',
  ],
  [
    'top left',
    'in the upper left corner, in the top left corner, top left, upper left, in the upper left, at the top left, in the top left, top left corner, upper left corner, at the upper left, on the top left, left upper corner, upper left hand corner, 左上角, 左上, 左上方, 左上侧',
  ],
  [
    'top right',
    'in the upper right corner, in the top right corner, top right, upper right, in the upper right, at the top right, in the top right, top right corner, upper right corner, at the upper right, on the top right, right upper corner, upper right hand corner, 右上角, 右上, 右上方, 右上侧',
  ],
  [
    'bottom left',
    'in the lower left corner, in the bottom left corner, bottom left, lower left, in the lower left, at the bottom left, in the bottom left, bottom left corner, lower left corner, at the lower left, on the bottom left, lower left hand corner, 左下角, 左下, 左下方, 左下侧',
  ],
  [
    'bottom right',
    'in the lower right corner, in the bottom right corner, bottom right, lower right, in the lower right, at the bottom right, in the bottom right, bottom right corner, lower right corner, at the lower right, on the bottom right, lower right hand corner, 右下角, 右下, 右下方, 右下侧',
  ],
  [
    'front',
    'in front, in the front, in the foreground, at the front, front, frontmost, nearest, closest, foreground one, up front, closest to the camera, 前面, 前方, 前景中, 最前面, 前景里, 近处, 前排, 前面的, 靠前, 最近',
  ],
  [
    'back',
    'in the back, in the background, at the back, in the distance, far away, back, in back, farthest, furthest, rear, behind us, in the rear, in the far distance, backmost, distant, faraway, on the horizon, 后面, 后方, 远处, 背景里, 背景中, 背景里的, 后排, 远方, 最后面, 背后, 身后, 后边, 后头, 背景上, 远端, 背景当中',
  ],
]

/** Words of amount: a factor of the usual amount. */
export const degreeRows: readonly (readonly [number, string])[] = [
  [
    0.5,
    'a notch, up a notch, down a notch, one notch, a smidgen, a teeny bit, a teensy bit, a hair, a wee, light touch, a bit, a little, slightly, a little bit, a tad, just a bit, subtly, subtle, gently, a touch, just a touch, ever so slightly, mildly, lightly, somewhat, kind of, sort of, just a little, a hint, a smidge, softly, minimal, minimally, only slightly, just subtly, not too much, not too strong, keep it subtle, nothing too strong, it should still look natural, natural, naturally, still look natural, a wee bit, tiny bit, a tiny bit, delicately, small amount, barely, modestly, light, mild, a slight, slight, faint, faintly, gentle, soft, not overdone, dont overdo it, but not too much, careful, a dash, a pinch, some small, 一点, 一点点, 稍微, 略微, 轻微, 一些, 有点, 稍, 略, 微微, 稍稍, 些许, 轻轻, 自然一点, 不要太明显, 不要太过, 别太过, 轻微一点, 别修过头, 自然, 微, 适当, 轻度, 淡淡, 浅浅, 适度, 不用太, 不要太, 别太, 少许, 不要过头, 轻微一点就好, 稍微修一点, 点儿, 一丢丢, 一丁点, 略略, 小幅, 有一点, 自然点, 别太夸张, 不要太夸张, 一点儿, 柔和一点点',
  ],
  [1, 'some, moderately, medium, fairly, normal, 中等, 适中, 点'],
  [
    1.5,
    'more strongly, quite, noticeably, clearly, so that it shows, quite a bit, considerably, significantly, pretty, rather, 明显, 效果明显一点, 比较, 挺, 明显一点, 明显地, 显著, 更明显, 厉害一点, 厉害点, 强一点点, 再强点',
  ],
  [
    2,
    'much, a lot, very, strongly, heavily, way, super, really, lots, drastically, dramatically, seriously, by a lot, far, intensely, strong, heavy, extra, big time, so much, greatly, a whole lot, substantially, hugely, majorly, very much, tons, massively, deeply, hard, loads, plenty, lot, ton, 很多, 重一点, 重点, 深一点, 非常, 大幅, 强烈, 得多, 许多, 大大, 很, 狠, 好多, 超级, 特别, 大量, 狠狠, 多多, 更加, 强力, 浓重, 超, 十分, 重度, 大幅度, 使劲',
  ],
  [
    3,
    'extremely, completely, totally, fully, entirely, maximum, max, all the way, as much as possible, to the max, insanely, crazy, beyond recognition, utterly, 100%, ultra, absurdly, 完全, 彻底, 极度, 极其, 最大, 全部, 尽可能, 到最大, 极致, 拉满, 到极致, 满',
  ],
]
