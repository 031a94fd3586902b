import { describe, expect, test } from 'vitest'
import { type AuditPageOptions, auditPage } from '../../../src/audit/page/page.ts'
import type { AuditReport } from '../../../src/audit/report.ts'
import { elements, type MarkupElement, strictMarkup, textOf } from '../../page/strict-markup.ts'
import { MADE_UP } from '../made-up-report.ts'

const PICTURE = 'data:image/png;base64,iVBORw0KGgo='
const options: AuditPageOptions = {
  subject: '<my> "reward"',
  truthNames: ['a/<1>.png', 'b&2.png'],
  pictures: [PICTURE, undefined],
}
const page = strictMarkup(auditPage(MADE_UP, options))

const section = (id: string, from = page): MarkupElement => {
  const found = elements(from, 'section').find(({ attributes }) => attributes.id === id)
  if (found === undefined) throw new Error(`no section ${id}`)
  return found
}
const rowsOf = (id: string) =>
  elements(section(id), 'tr').map((row) =>
    [...elements(row, 'th'), ...elements(row, 'td')].map(textOf),
  )

describe('the page', () => {
  test('says what was audited and how', () => {
    expect(textOf(elements(page, 'h1')[0])).toBe('Audit of <my> "reward"')
    expect(textOf(elements(page, 'title')[0])).toBe('Audit of <my> "reward"')
    expect(textOf(elements(page, 'header')[0])).toMatch(
      /2 truths · 1990 scores of a budget of 2000 · seed 7 · declared range −∞ to 6.000/,
    )
    const chips = elements(page, 'span', 'chip').map(textOf)
    expect(chips).toEqual(['1 error', '1 warning', '1 note'])
  })

  test('has links that lead to its sections', () => {
    const links = elements(elements(page, 'nav')[0], 'a').map(({ attributes }) => attributes.href)
    const ids = elements(page, 'section').map(({ attributes }) => `#${attributes.id}`)
    expect(links).toEqual(ids)
    expect(ids).toHaveLength(6)
  })

  test('loads nothing and runs nothing', () => {
    const text = auditPage(MADE_UP, options)
    expect(text).not.toMatch(/https?:|@import|url\(|<script|<link|<iframe|\son\w+=/)
    const policy = elements(page, 'meta').map(({ attributes }) => attributes.content)
    expect(policy).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
  })

  test('lists every finding, the gravest first, with what it is about', () => {
    const { findings } = MADE_UP
    const items = elements(section('findings'), 'li')
    expect(items.map(({ attributes }) => attributes.class)).toEqual(['error', 'warning', 'info'])
    for (const [i, { kind, message, subject = '' }] of findings.entries()) {
      const text = textOf(items[i])
      for (const part of [kind, message, subject]) expect(text).toContain(part)
    }
    expect(textOf(items[0])).toContain('(b&2.png)')
    for (const item of items) expect(textOf(item)).toMatch(/To do: [A-Z].{20,}\.$/)
  })

  test('plots every ladder with a line per truth and a ring per inversion', () => {
    const figures = elements(section('ladders'), 'figure')
    expect(figures).toHaveLength(MADE_UP.ladders.length)
    for (const [i, { name, steps, inversions, description }] of MADE_UP.ladders.entries()) {
      const figure = figures[i]
      expect(textOf(elements(figure, 'h3')[0])).toBe(name)
      expect(textOf(figure)).toContain(description)
      expect(elements(figure, 'path', 'main')).toHaveLength(1)
      expect(elements(figure, 'path', 'other').map(textOf)).toEqual(options.truthNames)
      expect(elements(figure, 'circle', 'mark')).toHaveLength(inversions.length)
      const texts = elements(figure, 'text').map(textOf)
      expect(texts).toEqual(expect.arrayContaining(steps.map(({ label }) => label)))
    }
    expect(textOf(figures[0])).toContain('rises 1 time, by 0.300 at most')
    expect(textOf(figures[0])).toContain('1 reward not finite')
    expect(textOf(figures[1])).toContain('never rises')
  })

  test('shows exploits with picture, numbers and recipe', () => {
    const figures = elements(section('exploits'), 'figure')
    expect(figures).toHaveLength(1)
    expect(elements(figures[0], 'img')[0].attributes).toEqual({
      src: PICTURE,
      alt: "The mask 'full <all ones>' over its truth",
    })
    expect(elements(figures[0], 'dd').map(textOf)).toEqual([
      '4.250; an honest mask at least 3.500',
      '0.750',
      '0.200',
      '0.310',
      'b&2.png',
      'full',
    ])
    expect(rowsOf('exploits').slice(1)).toEqual([
      [
        'full <all ones>',
        'exploit',
        '2 of 2',
        '4.250',
        '3.500',
        '0.750',
        '0.200',
        '0.310',
        'b&2.png',
      ],
      [
        ...['eroded', 'paid less than honest ones', '0 of 2', '−1234.5', '3.500', '−1238.0'],
        ...['0.300', '0.200', 'a/<1>.png'],
      ],
    ])
  })

  test('puts the pictures of masks that are no exploits aside', () => {
    const all = strictMarkup(auditPage(MADE_UP, { ...options, pictures: [PICTURE, PICTURE] }))
    const figures = elements(section('exploits', all), 'figure')
    expect(figures.map((figure) => textOf(elements(figure, 'h3')[0]))).toEqual([
      'full <all ones>: exploit',
      'eroded: paid less than honest ones',
    ])
    const aside = elements(section('exploits', all), 'details')
    expect(elements(aside[0], 'figure')).toEqual([figures[1]])
    expect(textOf(figures[1])).toContain('erode 2 → speckle 0.01')
  })

  test('shows the disagreement', () => {
    expect(textOf(section('differential'))).toContain('Dice × "clDice"')
    expect(textOf(section('differential'))).toContain('0.457')
    expect(textOf(elements(section('differential'), 'path', 'pair')[0])).toBe(
      'a/<1>.png: pays full more than speckle 0.01',
    )
    expect(rowsOf('differential')[1]).toEqual([
      ...['a/<1>.png', 'full', '4.000', '0.100', 'speckle 0.01', '3.000', '0.900'],
    ])
  })

  test('shows the terms', () => {
    expect(rowsOf('terms').slice(1)).toEqual([
      [
        ...[
          'topology',
          '0.200',
          '−∞ to 5.000',
          '',
          '−3000.0',
          '−20.000',
          '5.000',
          '25 %',
          '−0.500',
        ],
        'has no lower boundrises along <ladders>',
      ],
      ['total', '', 'unknown', '', '−600.000', '1.000', '6.000', '1 %', '1.000', 'passed'],
    ])
    expect(elements(section('terms'), 'svg', 'range')).toHaveLength(2)
  })

  test('shows the pitfalls', () => {
    expect(rowsOf('pitfalls').slice(1)).toEqual([
      ['empty prediction', 'failed', 'is finite', 'NaN', 'Maier-Hein & Reinke 2024'],
      [
        ...['thin vessels', 'passed', 'a break costs more than a pixel at the wall', '.8 < .9'],
        'Reinke 2024',
      ],
    ])
  })

  test('has tables that scroll by the keyboard, and whose cells know their columns', () => {
    const tables = elements(page, 'div', 'scroll')
    expect(tables).toHaveLength(4)
    for (const table of tables) {
      expect(table.attributes).toMatchObject({ role: 'region', tabindex: '0' })
      expect(table.attributes['aria-label']).toMatch(/./)
      const head = elements(table, 'th').filter(({ attributes }) => attributes.scope === 'col')
      const [first] = elements(table, 'tr').slice(1)
      const labels = elements(first, 'td').map(({ attributes }) => attributes['data-label'] ?? '')
      expect(labels).toEqual(head.map(textOf).slice(1))
    }
  })

  test('is the same for the same report', () => {
    expect(auditPage(MADE_UP, options)).toBe(auditPage(structuredClone(MADE_UP), { ...options }))
  })
})

test('a report of nothing is a page', () => {
  const nothing: AuditReport = {
    seed: 0,
    budget: 300,
    evaluations: 1,
    tolerance: 0.01,
    truths: [{ width: 1, height: 1, pixels: 0 }],
    perfect: [Number.NaN],
    honest: [],
    ladders: [
      { name: 'l', description: '', unit: '', steps: [], inversions: [], slope: Number.NaN },
    ],
    exploits: [],
    differential: { reference: '', kendall: Number.NaN, points: [], worst: [] },
    terms: [],
    pitfalls: [],
    findings: [],
    worst: 'none',
  }
  const empty = strictMarkup(auditPage(nothing))
  expect(textOf(elements(empty, 'h1')[0])).toBe('Audit of the reward')
  expect(elements(empty, 'span', 'chip').map(textOf)).toEqual(['no findings'])
  expect(textOf(section('findings', empty))).toContain('None')
})

describe('options that are not valid', () => {
  test.each<[unknown, string]>([
    [{ pictures: ['https://example.org/a.png'] }, "got 'https://example.org/a.png'"],
    [{ pictures: ['data:text/html;base64,AAAA'] }, 'expected each picture to be a data: URI'],
    [{ pictures: [`${PICTURE}" onload="`] }, 'expected each picture to be a data: URI'],
    [{ pictures: [1] }, 'got 1'],
    [{ pictures: PICTURE }, 'expected pictures to be an array'],
    [{ truthNames: ['a', 1] }, 'expected truthNames to be strings, got 1'],
    [{ truthNames: 'a' }, 'expected truthNames to be an array'],
    [{ subject: 1 }, 'expected subject to be a string, got 1'],
    [null, 'expected the options of auditPage to be a plain object, got null'],
  ])('%j', (wrong, message) => {
    const run = () => auditPage(MADE_UP, wrong as AuditPageOptions)
    expect(run).toThrow(TypeError)
    expect(run).toThrow(message)
  })

  test('an unknown name', () => {
    const run = () => auditPage(MADE_UP, { picture: [] } as AuditPageOptions)
    expect(run).toThrow(RangeError)
    expect(run).toThrow("unknown option 'picture'")
  })
})
