import { htmlText } from '../../dataset/index.ts'

/** A system on the axes; undefined where a kind has no number. */
export interface RadarSeries {
  readonly name: string
  readonly values: readonly (number | undefined)[]
}

const [radius, width, height] = [190, 640, 500]
/** Lines differ in colour and in dashes, so that they are told apart without colours too. */
const dashes = ['', '9 4', '3 3', '12 4 3 4', '6 2', '2 5', '14 3', '5 2 1 2']

/** A radar chart as SVG, as the paper's figure 6, with its legend; `most` is the value of the outermost ring. */
export function radarChart(
  title: string,
  axes: readonly string[],
  series: readonly RadarSeries[],
  most: number,
): string {
  const at = (axis: number, value: number): [number, number] => {
    const angle = (2 * Math.PI * axis) / axes.length
    const r = (radius * value) / most
    return [r * Math.sin(angle), -r * Math.cos(angle)]
  }
  const point = ([x, y]: readonly [number, number]): string => `${x.toFixed(1)},${y.toFixed(1)}`
  const levels = [1, 2, 3, 4, 5].map((each) => (each * most) / 5)
  const rings = levels.map(
    (level) =>
      `<polygon class="ring" points="${axes.map((_, axis) => point(at(axis, level))).join(' ')}"/><text class="level" x="4" y="${(3 - (radius * level) / most).toFixed(1)}">${level}</text>`,
  )
  const spokes = axes.map((_, axis) => {
    const [x, y] = at(axis, most)
    return `<line class="ring" x1="0" y1="0" x2="${x.toFixed(1)}" y2="${y.toFixed(1)}"/>`
  })
  const lines = series.map(({ name, values }, s) => {
    const told = values.map((value, axis) => (value === undefined ? undefined : at(axis, value)))
    const style = `stroke="var(--s${s % 8})" stroke-width="2.5" stroke-dasharray="${dashes[s % 8]}"`
    const dots = told.map((place, axis) =>
      place === undefined
        ? ''
        : `<circle cx="${place[0].toFixed(1)}" cy="${place[1].toFixed(1)}" r="3.5" fill="var(--s${s % 8})"><title>${htmlText(`${name}, ${axes[axis]!}: ${values[axis]!.toFixed(2)}`)}</title></circle>`,
    )
    return `<path d="${outline(told, point)}" fill="none" ${style} stroke-linejoin="round"/>${dots.join('')}`
  })
  const legend = series.map(
    ({ name }, s) =>
      `<li><svg viewBox="0 0 40 10" aria-hidden="true"><line x1="0" y1="5" x2="40" y2="5" stroke="var(--s${s % 8})" stroke-width="3" stroke-dasharray="${dashes[s % 8]}"/></svg>${htmlText(name)}</li>`,
  )
  return `<figure><svg viewBox="${-width / 2} ${-height / 2} ${width} ${height}" role="img" aria-label="${htmlText(`${title}: radar chart; the table below has the same numbers`)}">
${rings.join('')}${spokes.join('')}${lines.join('\n')}${axes.map((axis, i) => label(axis, at(i, most))).join('')}
</svg><figcaption><p>${htmlText(title)}</p><ul class="legend">${legend.join('')}</ul></figcaption></figure>`
}

/** A closed line, open where a value is missing. */
function outline(
  places: readonly ([number, number] | undefined)[],
  point: (place: readonly [number, number]) => string,
): string {
  const all = places.every((place) => place !== undefined)
  let path = ''
  let open = false
  for (const place of all ? places : [...places, places[0]]) {
    if (place !== undefined) path += `${open ? 'L' : 'M'}${point(place)}`
    open = place !== undefined
  }
  return all ? `${path}Z` : path
}

/** The name of an axis outside the chart, in two lines where it has two words. */
function label(axis: string, [x, y]: readonly [number, number]): string {
  const words = axis.split(/(?<=[_-])/)
  const half = Math.ceil(words.length / 2)
  const parts = [words.slice(0, half).join(''), words.slice(half).join('')].filter((part) => part !== '')
  const side = Math.abs(x) < 1 ? 'middle' : x > 0 ? 'start' : 'end'
  const [tx, ty] = [
    1.07 * x,
    1.09 * y + (y < -0.9 * radius ? 15 - 17 * parts.length : y > 0.9 * radius ? 10 : -4),
  ]
  const spans = parts.map(
    (part, i) => `<tspan x="${tx.toFixed(1)}" dy="${i === 0 ? 0 : 17}">${htmlText(part)}</tspan>`,
  )
  return `<text x="${tx.toFixed(1)}" y="${ty.toFixed(1)}" text-anchor="${side}">${spans.join('')}</text>`
}
