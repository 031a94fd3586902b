/**
 * The script of the page: it sorts and filters the table and opens pairs in dialogs. All that it does
 * can be missed. It is a text, since it runs elsewhere than the code around it.
 */
export const RESULTS_SCRIPT = `
(() => {
  'use strict'
  document.documentElement.classList.add('js')
  const byId = (id) => document.getElementById(id)

  const table = byId('pairs-table')
  if (table) {
    const body = table.tBodies[0]
    const rows = Array.from(body.rows)
    const heads = Array.from(table.tHead.rows[0].cells)
    const keys = heads.map((head) => head.dataset.key.toLowerCase())
    const nameOf = (row) => row.cells[0].textContent
    const valueOf = (row, i) => Number(row.cells[i].dataset.v ?? NaN)
    const names = new Intl.Collator('en', { numeric: true })

    heads.forEach((head, i) => {
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = head.textContent
      head.replaceChildren(button)
      head.setAttribute('aria-sort', 'none')
      button.addEventListener('click', () => {
        const down = head.getAttribute('aria-sort') === 'ascending'
        for (const other of heads) other.setAttribute('aria-sort', 'none')
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
        const sign = down ? -1 : 1
        rows.sort((a, b) => {
          if (i === 0) return sign * names.compare(nameOf(a), nameOf(b))
          const [x, y] = [valueOf(a, i), valueOf(b, i)]
          // What is undefined stands last, whichever way.
          if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y)
          return sign * (x - y)
        })
        body.append(...rows)
      })
    })

    const holds = { '\\x3c': (x, y) => y > x, '>': (x, y) => x > y, '\\x3c=': (x, y) => y >= x, '>=': (x, y) => x >= y, '=': (x, y) => x === y }
    const testOf = (part) => {
      const [, key, how, number] = /^(\\w+)(\\x3c=|>=|\\x3c|>|=)(-?[\\d.]+)$/.exec(part) ?? []
      const column = keys.indexOf(key?.toLowerCase())
      if (column > 0) return (row) => holds[how](valueOf(row, column), Number(number))
      return (row) => nameOf(row).toLowerCase().includes(part.toLowerCase())
    }
    const filter = byId('filter')
    const filterRows = () => {
      const tests = filter.value.split(/\\s+/).filter((part) => part !== '').map(testOf)
      let shown = 0
      for (const row of rows) {
        row.hidden = !tests.every((test) => test(row))
        if (!row.hidden) shown++
      }
      byId('filter-count').textContent = shown + ' of ' + rows.length + ' pairs'
    }
    filter.addEventListener('input', filterRows)
    const all = byId('all-metrics')
    if (table.querySelector('.more')) {
      table.classList.add('few')
      all.addEventListener('click', () => {
        const isFew = table.classList.toggle('few')
        all.setAttribute('aria-pressed', String(!isFew))
      })
    } else all.hidden = true
    filter.closest('.tools').hidden = false
    filterRows()
  }

  let opener
  const openOf = () => document.querySelector('dialog[open]')
  const open = (id) => {
    const dialog = byId(id)
    if (!dialog || dialog.tagName !== 'DIALOG') return false
    const before = openOf()
    if (!before) opener = document.activeElement
    else if (before !== dialog) before.close()
    if (!dialog.open) dialog.showModal()
    dialog.scrollTop = 0
    return true
  }
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-open], a[data-close]')
    if (link) {
      event.preventDefault()
      if (link.hasAttribute('data-close')) openOf()?.close()
      else open(link.hash.slice(1))
    } else if (event.target.tagName === 'DIALOG') event.target.close()
  })
  document.addEventListener('keydown', (event) => {
    const dialog = openOf()
    if (!dialog || event.altKey || event.ctrlKey || event.metaKey) return
    const name = { ArrowLeft: 'Previous', ArrowRight: 'Next' }[event.key]
    const links = Array.from(dialog.querySelectorAll('.bar a'))
    const link = links.find((one) => one.textContent === name)
    if (link) open(link.hash.slice(1))
  })
  for (const dialog of document.querySelectorAll('dialog')) {
    // What had the focus before the first of several has it again.
    dialog.addEventListener('close', () => {
      if (!openOf()) opener?.focus()
    })
  }
  addEventListener('hashchange', () => open(location.hash.slice(1)))
  if (location.hash !== '') open(location.hash.slice(1))
})()
`
