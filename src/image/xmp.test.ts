import { describe, expect, it } from 'vitest'
import { recipeInPacket, xmpPacket } from './xmp.ts'

const recipe = '{"instruction":"<b> & \'é\' “图” ]]> \\"quoted\\""}'
const own = xmpPacket({ recipe })!
const around = (body: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${body}</rdf:RDF></x:xmpmeta>`

describe('a recipe in XMP', () => {
  it('comes back as it was', () => {
    expect(recipeInPacket(own)).toBe(recipe)
    expect(recipeInPacket(around(''))).toBeUndefined()
    expect(xmpPacket({})).toBeUndefined()
  })

  // As Exiv2, ExifTool and Adobe's library write a simple property: an attribute, another prefix, named entities, lines.
  it.each([
    [
      'an attribute',
      '<rdf:Description rdf:about="" xmlns:pentimento="urn:pentimento:1.0:" pentimento:recipe="VALUE"/>',
    ],
    [
      'an attribute in single quotes',
      "<rdf:Description xmlns:pentimento='urn:pentimento:1.0:'\n pentimento:recipe = 'VALUE'/>",
    ],
    [
      'another prefix',
      '<rdf:Description xmlns:ns1="urn:pentimento:1.0:"><ns1:recipe>VALUE</ns1:recipe></rdf:Description>',
    ],
    [
      'an element with attributes',
      '<rdf:Description xmlns:p="urn:pentimento:1.0:"><p:recipe xml:lang="en">VALUE</p:recipe></rdf:Description>',
    ],
  ])('is found where another program has written it as %s', (_, description) => {
    const value = recipe
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#x27;')
    expect(recipeInPacket(around(description.replace('VALUE', () => value)))).toBe(recipe)
  })

  it('is found as character data', () => {
    const body =
      '<rdf:Description xmlns:p="urn:pentimento:1.0:"><p:recipe><![CDATA[{"a":"<&>"}]]></p:recipe></rdf:Description>'
    expect(recipeInPacket(around(body))).toBe('{"a":"<&>"}')
  })

  it('is none in the namespace of somebody else', () => {
    const body =
      '<rdf:Description xmlns:pentimento="urn:other:"><pentimento:recipe>{}</pentimento:recipe></rdf:Description>'
    expect(recipeInPacket(around(body))).toBeUndefined()
  })
})

describe("another program's packet", () => {
  const foreign = around(
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/jpeg" tiff:Orientation="6">' +
      '<xmp:Thumbnails><rdf:Alt><rdf:li>AAAA</rdf:li></rdf:Alt></xmp:Thumbnails></rdf:Description>',
  )

  it('is kept around the recipe, without what is wrong in the new file', () => {
    const merged = xmpPacket({ recipe, foreign })!
    expect(recipeInPacket(merged)).toBe(recipe)
    expect(merged).toContain('dc:format="image/jpeg"')
    for (const old of ['Orientation', 'Thumbnails', 'AAAA']) expect(merged).not.toContain(old)
  })

  it('gives its recipe up for the new one, in any form', () => {
    const before = [
      own,
      around('<rdf:Description xmlns:q="urn:pentimento:1.0:" q:recipe="{&quot;old&quot;:1}" q:other="2"/>'),
    ]
    for (const foreign of before) {
      const merged = xmpPacket({ recipe: '{"new":1}', foreign })!
      expect(recipeInPacket(merged)).toBe('{"new":1}')
      expect(merged).not.toContain('old')
      expect(merged).not.toContain('quoted')
    }
    expect(recipeInPacket(xmpPacket({ foreign: own })!)).toBeUndefined()
  })

  it('is left out where it is none, too long, or repeats what would have to go', () => {
    const orientations = around('<a tiff:Orientation="1"/>'.repeat(100))
    for (const foreign of ['', 'no packet', '<a/>', around('x'.repeat(300_000)), orientations])
      expect(xmpPacket({ recipe, foreign })).toBe(own)
  })
})

// None of these took longer than some milliseconds; where time grew with the square of the length they took minutes.
describe('hostile packets', () => {
  const many = (text: string, length = 4_000_000) => text.repeat(Math.ceil(length / text.length))
  const declared = 'xmlns:p="urn:pentimento:1.0:" '

  it.each([
    ['elements that never close', declared + many('<p:recipe>')],
    ['attributes that never close', declared + many('p:recipe="')],
    ['names alone', declared + many('p:recipe ')],
    [
      'prefixes without end',
      Array.from({ length: 100_000 }, (_, i) => `xmlns:a${i}="urn:pentimento:1.0:"`).join(' '),
    ],
    ['blanks', `${declared}p:recipe${many(' ')}`],
    ['openings of comments', many('<!--')],
    ['entities', `<a ${declared}><p:recipe>${many('&#0')}</p:recipe>`],
  ])('are read in bounded time: %s', (_, packet) => {
    expect(() => recipeInPacket(packet)).not.toThrow()
    const short = packet.slice(0, 260_000)
    expect(recipeInPacket(xmpPacket({ recipe, foreign: `${short}</rdf:RDF>` })!)).toBeTypeOf('string')
  })

  it('name no characters that there are not', () => {
    const body = `<a ${declared}><p:recipe>&#1114112;&#xFFFFFF;&#65;&bogus;</p:recipe>`
    expect(recipeInPacket(body)).toBe('&#1114112;&#xFFFFFF;A&bogus;')
  })
})
