import {
  addNoise,
  cropPicture,
  type Font,
  type Mask,
  type Picture,
  perspectiveWarp,
  readFont,
  readPicture,
  renderText,
  resizePicture,
  soften,
  warpMask,
} from 'pentimento/image'

/** A picture with a text whose place and look are known, and what is to become of it. */
export interface TextCase {
  readonly name: string
  /** Without any text. */
  readonly blank: Picture
  readonly picture: Picture
  readonly from: string
  readonly to: string
  /** The same edit drawn by the hand that drew the case. */
  readonly wanted: Picture
}

type Colour = readonly [number, number, number]

interface Drawing {
  readonly font: Font
  /** Pixels an em. */
  readonly size: number
  readonly colour: Colour
  readonly tilt: number
  /** How much farther away the right end is: 0.2 makes it a fifth smaller. */
  readonly away: number
  readonly blur: number
  readonly noise: number
  readonly outline: boolean
}

const texts: readonly (readonly [string, string])[] = [
  ['COFFEE', 'BAKERY'],
  ['Harbor Grill', 'Copper Kettle'],
  ['GRAND OPENING', 'CLOSING SALE'],
  ['Room 204', 'Room 317'],
  ['Fresh Bread', 'Hot Soup'],
  ['营业中', '休息中'],
  ['蓝灯笼', '红门餐厅'],
  ['欢迎光临', '全场五折'],
  ['MAIN STREET', '人民路'],
  ['人民路', 'STATION ROAD'],
  ['Since 1987', 'Since 1923'],
  ['OPEN', 'CLOSED'],
]

/** Numbers in [0, 1), the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed * 2654435761 + 12345
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }
}

/** Grounds: plain, graded, grainy, wooden, and pieces of photographs. */
function groundOf(
  kind: string,
  width: number,
  height: number,
  next: () => number,
  photos: readonly Picture[],
): Picture {
  const data = new Uint8Array(3 * width * height)
  const hue = (): Colour => [40 + 190 * next(), 40 + 190 * next(), 40 + 190 * next()]
  const [one, other] = [hue(), hue()]
  if (kind === 'photo') {
    const photo = photos[Math.floor(next() * photos.length)]!
    const w = Math.min(width, photo.width)
    const h = Math.min(height, photo.height)
    const area = {
      x: Math.floor(next() * (photo.width - w + 1)),
      y: Math.floor(next() * (photo.height - h + 1)),
      width: w,
      height: h,
    }
    return resizePicture(cropPicture(photo, area), { width, height })
  }
  const phase = 40 * next()
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const share = kind === 'graded' ? (0.7 * x) / width + (0.3 * y) / height : 0
      const wood =
        kind === 'wood'
          ? 22 * Math.sin(0.11 * y + 3 * Math.sin(0.006 * x + phase) + 0.8 * Math.sin(0.05 * y + 0.01 * x)) +
            8 * Math.sin(0.7 * y + 0.02 * x)
          : 0
      for (let c = 0; c < 3; c++)
        data[3 * (y * width + x) + c] = Math.max(
          0,
          Math.min(255, one[c]! + share * (other[c]! - one[c]!) + wood),
        )
    }
  const plain = { width, height, data }
  return kind === 'grainy' ? addNoise(plain, { levels: 9, grain: 1.2, next }) : plain
}

async function written(
  ground: Picture,
  text: string,
  drawing: Drawing,
  next: () => number,
): Promise<Picture> {
  const { font, size, colour, tilt, away, blur, noise, outline } = drawing
  const ink = await renderText(text, { font, size: 2 * size })
  const { width, height } = ground
  const [w, h] = [ink.width / 2, ink.height / 2]
  const corner = (u: number, v: number): readonly [number, number] => {
    const nearness = 1 - away * (u / w + 0.5)
    const [x, y] = [u * (1 - away / 2), v * nearness]
    return [
      width / 2 + x * Math.cos(tilt) - y * Math.sin(tilt),
      height / 2 + x * Math.sin(tilt) + y * Math.cos(tilt),
    ]
  }
  const warp = perspectiveWarp(
    [
      [0, 0],
      [ink.width, 0],
      [ink.width, ink.height],
      [0, ink.height],
    ],
    [corner(-w / 2, -h / 2), corner(w / 2, -h / 2), corner(w / 2, h / 2), corner(-w / 2, h / 2)],
  )
  const sharp = warpMask(ink, warp, ground)
  const soft = (mask: Mask, sigma: number) =>
    soften({ width, height, data: Float32Array.from(mask.data, (value) => value / 255) }, sigma).data
  const cover = soft(sharp, Math.max(0.4, blur))
  const around = outline ? soft(sharp, size / 24 + blur) : undefined
  const data = ground.data.slice()
  for (let i = 0; i < cover.length; i++)
    for (let c = 0; c < 3; c++) {
      let level = data[3 * i + c]!
      if (around) level += Math.min(1, 3.2 * around[i]!) * (14 - level)
      data[3 * i + c] = Math.round(level + cover[i]! * (colour[c]! - level))
    }
  const picture = { width, height, data }
  return noise > 0 ? addNoise(picture, { levels: noise, next }) : picture
}

const lightness = (picture: Picture): number => {
  let sum = 0
  const { width, height, data } = cropPicture(picture, {
    x: Math.floor(picture.width / 4),
    y: Math.floor(picture.height / 3),
    width: Math.floor(picture.width / 2),
    height: Math.floor(picture.height / 3),
  })
  for (const level of data) sum += level
  return sum / (3 * width * height)
}

/** Cases of several fonts, sizes, tilts, perspectives and grounds; the same for the same seed. */
export async function textCases(
  fontFiles: readonly string[],
  photoFiles: readonly string[],
  {
    count,
    seed = 1,
    width = 1024,
  }: { readonly count: number; readonly seed?: number; readonly width?: number },
): Promise<readonly TextCase[]> {
  const fonts = await Promise.all(fontFiles.map((file) => readFont(file)))
  const photos = await Promise.all(photoFiles.map((file) => readPicture(file)))
  const kinds = ['plain', 'graded', 'grainy', 'wood', 'photo']
  const cases: TextCase[] = []
  for (let n = 0; n < count; n++) {
    const next = numbers(1000 * seed + n)
    const [from, to] = texts[n % texts.length]!
    const kind = kinds[Math.floor(n / 2) % kinds.length]!
    const height = Math.round(0.5 * width)
    const ground = groundOf(kind, width, height, next, photos)
    const able = fonts.filter((font) => font.has(from + to))
    const font = able[Math.floor(next() * able.length)]!
    const dark = lightness(ground) > 120
    const outline = kind === 'photo'
    const tint = (): number => Math.round(dark ? 70 * next() : 255 - 60 * next())
    const drawing: Drawing = {
      font,
      size: Math.round(width * (0.035 + 0.06 * next())),
      colour: outline ? [250, 248, 240] : [tint(), tint(), tint()],
      tilt: next() < 0.4 ? 0 : (next() - 0.5) * 0.3,
      away: next() < 0.5 ? 0 : 0.22 * next(),
      blur: next() < 0.5 ? 0 : (width / 1024) * 1.6 * next(),
      noise: next() < 0.5 ? 0 : 5 * next(),
      outline,
    }
    const drawn = (text: string) => written(ground, text, drawing, numbers(n + 7))
    const picture = await drawn(from)
    cases.push({
      name: `${n} ${kind} ${font.family} ${font.style} ${drawing.size}px ${from} → ${to}`,
      blank: drawing.noise > 0 ? addNoise(ground, { levels: drawing.noise, next: numbers(n + 7) }) : ground,
      picture,
      from,
      to,
      wanted: await drawn(to),
    })
  }
  return cases
}
