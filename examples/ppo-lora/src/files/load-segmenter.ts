import type { Segmenter } from '../model/segmenter.ts'
import { loadLayersModel } from './layers-model-file.ts'
import { loadModel } from './model-file.ts'

/**
 * Loads a model of any kind: a LayersModel from a file whose name ends in .json, else what `saveModel`
 * wrote.
 */
export async function loadSegmenter(file: string): Promise<Segmenter> {
  return file.endsWith('.json') ? loadLayersModel(file) : loadModel(file)
}
