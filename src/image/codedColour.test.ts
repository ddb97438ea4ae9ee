import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { withChunk, withProfile } from '../../test/pictures/pngFiles.ts'
import { codedColour } from './codedColour.ts'
import { readPicture } from './read.ts'

/** Colours all over the cube, 5 levels a channel. */
const cube = Uint8Array.from(
  { length: 3 * 5 ** 3 },
  (_, i) => 63 * (Math.floor(i / 3 / 5 ** (2 - (i % 3))) % 5),
)
const raw = sharp(cube, { raw: { width: 25, height: 5, channels: 3 } })
const png = await raw.clone().png().toBuffer()
const asP3 = (await sharp(await raw.clone().withIccProfile('p3').png().toBuffer()).metadata()).icc!

/** An AVIF file of 16×16 in one colour, whose code points are those of P3 (12) and PQ (16). */
const hdrAvif = Buffer.from(
  'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAAD5bWV0YQAAAAAAAAAvaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAA' +
    'AFBpY3R1cmVIYW5kbGVyAAAAAA5waXRtAAAAAAABAAAAHmlsb2MAAAAARAAAAQABAAAAAQAAASEAAAAmAAAAKGlpbmYAAAAAAAEA' +
    'AAAaaW5mZQIAAAAAAQAAYXYwMUNvbG9yAAAAAGppcHJwAAAAS2lwY28AAAAUaXNwZQAAAAAAAAAQAAAAEAAAABBwaXhpAAAAAAMI' +
    'CAgAAAAMYXYxQ4EgAAAAAAATY29scm5jbHgADAAQAAGAAAAAF2lwbWEAAAAAAAAAAQABBAECgwQAAAAubWRhdAoMIAAAAZ/5//ND' +
    'BABkMhYQAIIAAAIAAAAAPvMyC7s2ZjcJ+Ybg',
  'base64',
)

function withCodes(primaries: number, transfer: number): Buffer {
  const file = Buffer.from(hdrAvif)
  const at = file.indexOf('nclx')
  file.writeUInt16BE(primaries, at + 4)
  file.writeUInt16BE(transfer, at + 6)
  return file
}

describe('colours by code points alone', () => {
  it('are converted to sRGB as those of a profile', async () => {
    const byProfile = await readPicture(withProfile(png, asP3))
    const byCodes = await readPicture(withChunk(png, 'cICP', Uint8Array.of(12, 13, 0, 1)))
    // The profile's own primaries are rounded, which shows where a channel nearly leaves sRGB.
    const differences = byCodes.data.map((value, i) => Math.abs(value - byProfile.data[i]!))
    expect(Math.max(...differences)).toBeLessThanOrEqual(5)
    expect(differences.filter((each) => each > 1).length).toBeLessThan(differences.length / 50)
    expect(byProfile.data).not.toEqual(cube)
    expect([...(await readPicture(withCodes(1, 13))).data.subarray(0, 3)]).toEqual([200, 101, 49])
    expect([...(await readPicture(withCodes(12, 13))).data.subarray(0, 3)]).toEqual([215, 94, 29])
  })

  it('are refused where the levels are not those of sRGB', async () => {
    await expect(readPicture(hdrAvif)).rejects.toThrow(
      'picture: HDR colours (PQ), expected sRGB or Display P3',
    )
    const hlg = withChunk(png, 'cICP', Uint8Array.of(9, 18, 0, 1))
    await expect(readPicture(hlg)).rejects.toThrow('picture: HDR colours (HLG)')
  })

  it('do not count beside a profile', async () => {
    const both = withProfile(withChunk(png, 'cICP', Uint8Array.of(9, 16, 0, 1)), asP3)
    expect((await readPicture(both)).data).toEqual((await readPicture(withProfile(png, asP3))).data)
  })

  it('never fail, however the file is cut', async () => {
    expect(codedColour('avif', hdrAvif)).toEqual({ primaries: 12, transfer: 16 })
    for (let length = 0; length < hdrAvif.length - 46; length += 3)
      expect(() => codedColour('avif', hdrAvif.subarray(0, length))).not.toThrow()
  })
})
