const namespace = 'urn:pentimento:1.0:'
const usualPrefix = 'pentimento'

/** Longest valid recipe. */
export const mostRecipeLength: number = 1 << 20

/** A longer packet of another program is not carried along. */
const mostForeignLength = 1 << 18

/** How often a name is looked for in a packet: hostile ones repeat it without end. */
const mostPlaces = 64

/** How many prefixes may stand for our namespace in one packet. */
const mostPrefixes = 8

/** What an XMP packet is made of. */
export interface PacketParts {
  /** JSON text, kept as one property in a namespace of our own. */
  readonly recipe?: string | undefined
  /** Simple properties by their name with the usual prefix, such as `tiff:Make`. */
  readonly properties?: Readonly<Record<string, string>> | undefined
  /** The packet of another program, which is kept around ours. */
  readonly foreign?: string | undefined
}

/** An XMP packet, or undefined where there is nothing to say. The same parts give the same text. */
export function xmpPacket({ recipe, properties = {}, foreign }: PacketParts): string | undefined {
  const own = [...propertyNodes(properties), ...(recipe === undefined ? [] : [recipeNode(recipe)])].join('')
  const around = foreign === undefined ? undefined : cleaned(foreign)
  const end = around?.lastIndexOf('</rdf:RDF>') ?? -1
  if (around !== undefined && end >= 0) return around.slice(0, end) + own + around.slice(end)
  if (own === '') return undefined
  return (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${own}</rdf:RDF></x:xmpmeta><?xpacket end="r"?>`
  )
}

function recipeNode(recipe: string): string {
  return `<rdf:Description rdf:about="" xmlns:${usualPrefix}="${namespace}"><${usualPrefix}:recipe>${escaped(recipe)}</${usualPrefix}:recipe></rdf:Description>`
}

/** Namespaces of the properties that are written. Source: XMP specification, part 2. */
const namespaces: Readonly<Record<string, string>> = {
  dc: 'http://purl.org/dc/elements/1.1/',
  exif: 'http://ns.adobe.com/exif/1.0/',
  tiff: 'http://ns.adobe.com/tiff/1.0/',
}

function propertyNodes(properties: Readonly<Record<string, string>>): string[] {
  return Object.entries(properties).map(([name, value]) => {
    const prefix = name.split(':')[0]!
    return `<rdf:Description rdf:about="" xmlns:${prefix}="${namespaces[prefix]}"><${name}>${valueNode(name, value)}</${name}></rdf:Description>`
  })
}

/** Creators are a list and rights a text by language; the rest are plain. */
function valueNode(name: string, value: string): string {
  if (name === 'dc:creator') return `<rdf:Seq><rdf:li>${escaped(value)}</rdf:li></rdf:Seq>`
  if (name === 'dc:rights')
    return `<rdf:Alt><rdf:li xml:lang="x-default">${escaped(value)}</rdf:li></rdf:Alt>`
  return escaped(value)
}

const escaped = (text: string): string => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/**
 * Another program's packet without what is wrong in the new file: a recipe, an orientation, thumbnails, padding.
 * Undefined where it is too long or repeats such a name too often.
 */
function cleaned(packet: string): string | undefined {
  if (packet.length > mostForeignLength) return undefined
  let text: string | undefined = packet.replace(/\s{64,}/g, '\n')
  const prefixes = prefixesOf(text)
  // Ours must not be one too many.
  if (prefixes.length === mostPrefixes) return undefined
  const recipes = prefixes.map((prefix) => `${prefix}:recipe`)
  for (const name of [...recipes, 'tiff:Orientation', 'xmp:Thumbnails', 'xap:Thumbnails'])
    text = text === undefined ? undefined : withoutProperty(text, name)
  return text
}

/** The prefixes that stand for our namespace: other programs may choose their own. */
function prefixesOf(packet: string): readonly string[] {
  const prefixes = new Set<string>()
  for (const match of packet.matchAll(/xmlns:([\w.-]{1,64})\s{0,8}=\s{0,8}["']urn:pentimento:1\.0:["']/g)) {
    prefixes.add(match[1]!)
    if (prefixes.size === mostPrefixes) break
  }
  return [...prefixes]
}

/** The packet without elements and attributes of that name; undefined where there are too many. */
function withoutProperty(packet: string, name: string): string | undefined {
  let text = packet
  for (let i = 0; i < mostPlaces; i++) {
    const place = placeOf(text, name)
    if (place === undefined) return text
    text = text.slice(0, place.from) + text.slice(place.to)
  }
  return undefined
}

interface Place {
  readonly from: number
  readonly to: number
  /** As written in the packet, escaped. */
  readonly value: string
}

/** The first element or attribute of a name. */
function placeOf(packet: string, name: string): Place | undefined {
  let at = packet.indexOf(name)
  for (let i = 0; at >= 0 && i < mostPlaces; i++, at = packet.indexOf(name, at + 1)) {
    const after = packet.slice(at + name.length, at + name.length + 16)
    const place =
      packet[at - 1] === '<' && /^[\s>/]/.test(after)
        ? elementAt(packet, at - 1, name)
        : /^\s{0,8}=\s{0,8}["']/.test(after)
          ? attributeAt(packet, at, name)
          : undefined
    if (place) return place
  }
  return undefined
}

function elementAt(packet: string, from: number, name: string): Place | undefined {
  const open = packet.indexOf('>', from)
  if (open < 0) return undefined
  if (packet[open - 1] === '/') return { from, to: open + 1, value: '' }
  const closing = `</${name}`
  const close = packet.indexOf(closing, open)
  const end = close < 0 ? -1 : packet.indexOf('>', close)
  return end < 0 ? undefined : { from, to: end + 1, value: packet.slice(open + 1, close) }
}

function attributeAt(packet: string, from: number, name: string): Place | undefined {
  const quoteAt = from + name.length + packet.slice(from + name.length).search(/["']/)
  const end = packet.indexOf(packet[quoteAt]!, quoteAt + 1)
  return end < 0 ? undefined : { from, to: end + 1, value: packet.slice(quoteAt + 1, end) }
}

/** The recipe in a packet, also if another program rewrote it; undefined if there is none. */
export function recipeInPacket(packet: string): string | undefined {
  for (const prefix of prefixesOf(packet)) {
    const place = placeOf(packet, `${prefix}:recipe`)
    if (place) return unescaped(place.value)
  }
  return undefined
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(value: string): string {
  const cdata = /^\s*<!\[CDATA\[(.*)\]\]>\s*$/s.exec(value)
  if (cdata) return cdata[1]!
  return value.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, decimal?: string, hexadecimal?: string, name?: string) => {
      if (name !== undefined) return entities[name.toLowerCase()]!
      const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}
