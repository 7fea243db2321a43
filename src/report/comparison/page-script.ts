/**
 * The script of the page, as text: buttons that sort tables by a column, and fields that hide rows and curves. It loads nothing, and
 * without it the page shows all rows in their order.
 */
export const pageScript = `
const byText = new Intl.Collator(undefined, { numeric: true }).compare
const valueOf = (row, column) => {
  const cell = row.cells[column]
  return { text: cell.textContent.trim(), by: cell.dataset.by === undefined ? undefined : Number(cell.dataset.by) }
}
const compare = (a, b) => a.by === undefined || b.by === undefined
  ? (a.by === undefined) - (b.by === undefined) || byText(a.text, b.text)
  : a.by - b.by

for (const table of document.querySelectorAll('table.sorted')) {
  const headings = [...table.tHead.rows[0].cells]
  headings.forEach((heading, column) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...heading.childNodes)
    heading.append(button)
    heading.setAttribute('aria-sort', 'none')
    button.addEventListener('click', () => {
      const numeric = heading.classList.contains('number')
      const before = heading.getAttribute('aria-sort')
      const order = before === 'none' ? (numeric ? 'descending' : 'ascending') : before === 'ascending' ? 'descending' : 'ascending'
      for (const other of headings) other.setAttribute('aria-sort', other === heading ? order : 'none')
      const body = table.tBodies[0]
      const sign = order === 'ascending' ? 1 : -1
      const rows = [...body.rows].sort((a, b) => {
        const [x, y] = [valueOf(a, column), valueOf(b, column)]
        // A row without a figure stays at the end.
        return numeric && (x.by === undefined || y.by === undefined) ? compare(x, y) : sign * compare(x, y)
      })
      body.append(...rows)
    })
  })
}

const filters = document.querySelector('#filters')
const rows = [...document.querySelectorAll('#groups tbody tr')]
const shown = document.querySelector('#shown')
const search = document.querySelector('#search')
const choices = [...filters.querySelectorAll('select')]
const words = (text) => text.toLowerCase().split(/\\s+/).filter((word) => word !== '')
const apply = () => {
  const wanted = words(search.value)
  const visible = new Set(rows.filter((row) => {
    const text = row.textContent.toLowerCase()
    return wanted.every((word) => text.includes(word))
      && choices.every((choice) => choice.value === '' || row.dataset[choice.name] === choice.value)
  }).map((row) => row.dataset.group))
  for (const each of document.querySelectorAll('[data-group]')) {
    const there = visible.has(each.dataset.group)
    if (each instanceof SVGElement) each.style.display = there ? '' : 'none'
    else each.hidden = !there
  }
  shown.textContent = visible.size + ' of ' + rows.length + ' rows shown'
}
filters.hidden = false
filters.addEventListener('input', apply)
filters.addEventListener('submit', (event) => event.preventDefault())
filters.addEventListener('reset', () => setTimeout(apply))
apply()
`
