import { writeFileSync } from 'node:fs'
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

interface Axes {
  x: string
  y: string
  /** Whether both axes are logarithmic. */
  log?: boolean
}

/** Writes a plot of one or more lines as an SVG. */
export async function linePlot(
  path: string,
  title: string,
  { x, y, log = false }: Axes,
  values: { x: number; y: number; series: string }[],
): Promise<void> {
  const type = log ? 'log' : 'linear'
  const spec: TopLevelSpec = {
    title,
    width: 440,
    height: 260,
    background: 'white',
    data: { values },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: x, scale: { type } },
      y: { field: 'y', type: 'quantitative', title: y, scale: { type } },
      color: { field: 'series', type: 'nominal', title: null },
    },
  }
  const view = new View(parse(compile(spec).spec), { renderer: 'none' })
  writeFileSync(path, `${await view.toSVG()}\n`)
}
