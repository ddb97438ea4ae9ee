/**
 * Filters and orders the items of a page. Without it the page is the whole list, worst first. Each item tells in its
 * attributes, system by system: score (`-` where there is none), whether it was refused, how far its judgements lie apart.
 */
export const script: string = `'use strict'
const list = document.getElementById('items')
const form = document.getElementById('filters')
const count = document.getElementById('count')
const items = [...list.children]
const all = (text) => text.split(' ')
const mean = (values) => values.length ? values.reduce((a, b) => a + b, 0) / values.length : NaN
function read(item, at) {
  const pick = (values) => at < 0 ? values : [values[at]]
  const scores = all(item.dataset.scores).map((each) => each === '-' ? NaN : Number(each))
  const known = scores.filter((each) => !Number.isNaN(each))
  return {
    item,
    language: item.dataset.language,
    place: Number(item.dataset.place),
    score: mean(pick(scores).filter((each) => !Number.isNaN(each))),
    refused: pick(all(item.dataset.refused)).includes('1'),
    apart: Math.max(...pick(all(item.dataset.apart)).map(Number)),
    spread: known.length > 1 ? Math.max(...known) - Math.min(...known) : 0,
  }
}
function apply() {
  const value = (name) => form.elements[name].value
  const rows = items.map((item) => read(item, Number(value('system'))))
  const last = (a, b, sign) => Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : sign * (a - b)
  const orders = {
    worst: (a, b) => last(a.score, b.score, 1),
    best: (a, b) => last(a.score, b.score, -1),
    apart: (a, b) => b.apart - a.apart,
    spread: (a, b) => b.spread - a.spread,
    suite: () => 0,
  }
  rows.sort((a, b) => orders[value('order')](a, b) || a.place - b.place)
  const wanted = {
    all: () => true,
    refused: (row) => row.refused,
    answered: (row) => !row.refused,
    apart: (row) => row.apart >= 3,
    spread: (row) => row.spread >= 3,
  }[value('only')]
  let shown = 0
  for (const row of rows) {
    const show = (value('language') === '' || row.language === value('language')) && wanted(row)
    row.item.hidden = !show
    if (show) shown++
  }
  list.append(...rows.map((row) => row.item))
  count.textContent = shown + ' of ' + items.length + ' items'
}
form.hidden = false
form.addEventListener('change', apply)
form.addEventListener('submit', (event) => event.preventDefault())
apply()
`
