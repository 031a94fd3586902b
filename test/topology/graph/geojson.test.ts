import fc from 'fast-check'
import { type BranchFeature, graphToGeoJSON, skeletonGraph, skeletonize } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits } from '../../oracle/compare.ts'
import { draw } from '../../oracle/grid.ts'
import { anyMask } from '../../property/masks.ts'

const linesOf = (art: string) =>
  graphToGeoJSON(skeletonGraph(bits(draw(art)))).features.filter(
    (feature): feature is BranchFeature => feature.geometry.type === 'LineString',
  )

describe('graphToGeoJSON', () => {
  it('draws branches through their pixels, from node to node', () => {
    const mask = bits(draw('#... .### ....'))
    expect(graphToGeoJSON(skeletonGraph(mask, { mask }))).toEqual({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: {
            type: 'LineString',
            coordinates: [
              [0, 0],
              [1, 1],
              [2, 1],
              [3, 1],
            ],
          },
          properties: {
            branch: 0,
            type: 'end-end',
            from: 0,
            to: 1,
            length: 2 + Math.SQRT2,
            meanRadius: 1,
          },
        },
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [0, 0] },
          properties: { node: 0, kind: 'end', degree: 1 },
        },
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [3, 1] },
          properties: { node: 1, kind: 'end', degree: 1 },
        },
      ],
    })
  })

  it('closes an isolated cycle', () => {
    const [{ geometry, properties }] = linesOf('.#. #.# .#.')
    expect(properties.type).toBe('isolated-cycle')
    expect(geometry.coordinates).toHaveLength(5)
    expect(geometry.coordinates[4]).toEqual(geometry.coordinates[0])
  })

  it('survives JSON, and meets the places of the nodes', () => {
    fc.assert(
      fc.property(anyMask(50, 30), fc.boolean(), (grid, radii) => {
        const mask = bits(grid)
        const graph = skeletonGraph(skeletonize(mask), radii ? { mask } : {})
        const shapes = graphToGeoJSON(graph)
        expect(JSON.parse(JSON.stringify(shapes))).toEqual(shapes)
        expect(shapes.features).toHaveLength(graph.branches.count + graph.nodes.count)
        const { x, y } = graph.nodes
        for (const { geometry, properties } of shapes.features) {
          if (geometry.type === 'Point' || !('from' in properties)) continue
          const { from, to } = properties
          expect(geometry.coordinates.length).toBeGreaterThanOrEqual(2)
          expect(geometry.coordinates[0]).toEqual([x[from], y[from]])
          expect(geometry.coordinates.at(-1)).toEqual([x[to], y[to]])
        }
      }),
      { numRuns: 100 },
    )
  })
})
